"""An IPython kernel in which `import nativeprofile` fails as if it was not installed."""

import sys
from importlib.abc import MetaPathFinder


class Without(MetaPathFinder):
    """Finds nothing; says of our package what Python says of a missing one."""

    def find_spec(self, fullname, path=None, target=None):
        if fullname.partition(".")[0] == "nativeprofile":
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


sys.meta_path.insert(0, Without())

if __name__ == "__main__":
    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance()
