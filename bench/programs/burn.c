/* A Python extension that burns a wanted amount of the thread's own CPU time, by its clock.

Each function takes nanoseconds, burns at least as many and returns what it really burned.
The clock is read every 50 microseconds or so: its system calls are 1 % of the work. */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030A0000
#include <Python.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDS 40000
#define SLOTS (8u << 20)

static uint32_t *ring; /* a random cycle through 32 MiB, more than a cache holds */

static long long now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void spin(void)
{
    volatile uint64_t x = 1;
    for (int i = 0; i < ROUNDS; i++)
        x = x * 6364136223846793005ULL + 1442695040888963407ULL;
}

static void chase(void)
{
    static volatile uint32_t at;
    uint32_t here = at;
    for (int i = 0; i < ROUNDS / 100; i++)
        here = ring[here];
    at = here;
}

__attribute__((noinline)) static long long until(long long ns, void (*work)(void))
{
    long long start = now(), spent = 0;
    while (spent < ns) {
        work();
        spent = now() - start;
    }
    return spent;
}

static PyObject *burn_cpu(PyObject *self, PyObject *argument)
{
    long long ns = PyLong_AsLongLong(argument);
    if (PyErr_Occurred())
        return NULL;
    return PyLong_FromLongLong(until(ns, spin));
}

static PyObject *burn_free(PyObject *self, PyObject *argument)
{
    long long ns = PyLong_AsLongLong(argument), spent;
    if (PyErr_Occurred())
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    spent = until(ns, spin);
    Py_END_ALLOW_THREADS
    return PyLong_FromLongLong(spent);
}

static PyObject *burn_memory(PyObject *self, PyObject *argument)
{
    long long ns = PyLong_AsLongLong(argument);
    if (PyErr_Occurred())
        return NULL;
    if (ring == NULL) {
        uint64_t random = 1;
        ring = malloc(SLOTS * sizeof *ring);
        if (ring == NULL)
            return PyErr_NoMemory();
        for (uint32_t i = 0; i < SLOTS; i++)
            ring[i] = i;
        for (uint32_t i = SLOTS - 1; i > 0; i--) { /* Sattolo's shuffle: one cycle */
            random = random * 6364136223846793005ULL + 1442695040888963407ULL;
            uint32_t j = (random >> 33) % i, kept = ring[i];
            ring[i] = ring[j];
            ring[j] = kept;
        }
    }
    return PyLong_FromLongLong(until(ns, chase));
}

/* apply(function, ns, count): count times ns of its own and then a call of function(). */
static PyObject *burn_apply(PyObject *self, PyObject *arguments)
{
    PyObject *function;
    long long ns, spent = 0;
    int count;
    if (!PyArg_ParseTuple(arguments, "OLi", &function, &ns, &count))
        return NULL;
    while (count-- > 0) {
        spent += until(ns, spin);
        PyObject *result = PyObject_CallNoArgs(function);
        if (result == NULL)
            return NULL;
        Py_DECREF(result);
    }
    return PyLong_FromLongLong(spent);
}

static PyMethodDef methods[] = {
    {"cpu", burn_cpu, METH_O, "Burns ns of CPU time, the GIL held."},
    {"free", burn_free, METH_O, "Burns ns of CPU time, the GIL released."},
    {"memory", burn_memory, METH_O, "Waits ns for memory: a chase of pointers, the GIL held."},
    {"apply", burn_apply, METH_VARARGS, "apply(function, ns, count): burns and calls back."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "burn", NULL, -1, methods};

PyMODINIT_FUNC PyInit_burn(void)
{
    return PyModule_Create(&module);
}
