"""A kernel that is not Python's: it answers every cell with the cell's own text."""

from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel


class OtherKernel(Kernel):
    """The least that a kernel has to be."""

    implementation = "other"
    implementation_version = "1"
    banner = ""
    language_info = {"name": "other", "mimetype": "text/plain", "file_extension": ".txt"}  # noqa: RUF012

    async def do_execute(
        self, code, silent, store_history=True, user_expressions=None, allow_stdin=False, **more
    ):
        if not silent:
            self.send_response(self.iopub_socket, "stream", {"name": "stdout", "text": code})
        return {
            "status": "ok",
            "execution_count": self.execution_count,
            "payload": [],
            "user_expressions": {},
        }


if __name__ == "__main__":
    IPKernelApp.launch_instance(kernel_class=OtherKernel)
