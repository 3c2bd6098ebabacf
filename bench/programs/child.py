"""A forked child that works beside its parent: three and two parts of the CPU time."""

from multiprocessing import get_context

from burn import cpu

context = get_context("fork")


def in_child(pipe):
    pipe.send(sum(cpu(6_000_000) for _ in range(150)))


def in_parent():
    return sum(cpu(4_000_000) for _ in range(150))


# %% cell
receiver, sender = context.Pipe(False)
process = context.Process(target=in_child, args=(sender,))
process.start()
parent = in_parent()
child = receiver.recv()
process.join()
truth = {"function in_child": child / (child + parent)}
