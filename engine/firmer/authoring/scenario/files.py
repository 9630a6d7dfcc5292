"""Calls on files and descriptors."""

from firmer.authoring.scenario.actor import AT_FDCWD, Actor, result, snap
from firmer.authoring.scenario.descriptors import (
    DEV,
    FIFO,
    MODES,
    O_CREAT,
    O_F_CREATED,
    O_RDONLY,
    Descriptor,
    file,
    inode,
)

NEW_FILE = 0o644


class Files(Actor):
    def open(self, path: str, mode: str = "r", *, flags: int = 0, claim: str | None = None, error: str | None = None) -> int:
        """openat(); `mode` as Python's open() has it, "x" makes a new file. `claim`: how the caller spelled it. Returns the descriptor."""
        opened = MODES[mode] | flags | (O_F_CREATED if mode == "x" and error is None else 0)
        writes = opened & ~(O_CREAT | O_F_CREATED) != O_RDONLY
        number = result(error) if error else self.new_fd(file(self.absolute(path), opened))
        if writes and not error:
            self.stage.changed[self.file_key(path)] = self.stage.now_ns
        ino = inode(self.absolute(path)) if not error else 0
        created = NEW_FILE if opened & O_CREAT else 0
        self.act(
            "openat",
            fd=number,
            dirfd=AT_FDCWD,
            name=path,
            flags=opened,
            mode=created,
            dev=0 if error else DEV,
            ino=ino,
            claim="" if claim == path else claim,
        )
        return number

    def read(self, fd: int, data: str | bytes = b"", *, size: int = 4096, error: str | None = None) -> None:
        self.act("read", res=result(error, len(data)), data=snap(data), fd=fd, size=max(size, len(data)))

    def write(self, fd: int, data: str | bytes, *, error: str | None = None) -> None:
        self.act("write", res=result(error, len(data)), data=snap(data), fd=fd, size=len(data))

    def close(self, fd: int, *, error: str | None = None) -> None:
        self.act("close", res=result(error), fd=fd)
        if error is None:
            self.fds.pop(fd, None)

    def read_file(self, path: str, data: str | bytes = b"") -> None:
        """open, read, close."""
        fd = self.open(path)
        self.read(fd, data)
        self.close(fd)

    def write_file(self, path: str, data: str | bytes, mode: str = "w") -> None:
        """open, write, close."""
        fd = self.open(path, mode)
        self.write(fd, data)
        self.close(fd)

    def dup2(self, old: int, new: int) -> int:
        # `fd` is what older layouts call the descriptor that is doubled
        self.act("dup2", res=new, oldfd=old, newfd=new, fd=old)
        self.fds[new] = self.fds[old]
        return new

    def pipe(self) -> tuple[int, int]:
        """Returns the reading and the writing end."""
        ino = inode(f"pipe:{self.tid}:{self.stage.now_ns}")
        ends = self.new_fd(Descriptor(FIFO, ino=ino)), self.new_fd(Descriptor(FIFO, ino=ino))
        self.act("pipe", res=0, fd1=ends[0], fd2=ends[1], ino=ino)
        return ends

    def chmod(self, path: str, mode: int, *, error: str | None = None) -> None:
        """fchmodat(), as chmod(1) calls it."""
        self.act("fchmodat", res=result(error), dirfd=AT_FDCWD, filename=path, mode=mode)

    def unlink(self, path: str, *, error: str | None = None) -> None:
        """unlinkat(), as rm(1) calls it."""
        self.act("unlinkat", res=result(error), dirfd=AT_FDCWD, name=path, flags=0)

    def rename(self, old: str, new: str, *, error: str | None = None) -> None:
        self.act("rename", res=result(error), oldpath=old, newpath=new)
        if error is None and self.file_key(old) in self.stage.changed:
            self.stage.changed[self.file_key(new)] = self.stage.changed.pop(self.file_key(old))

    def mkdir(self, path: str, mode: int = 0o755, *, error: str | None = None) -> None:
        self.act("mkdir", res=result(error), path=path, mode=mode)

    def symlink(self, target: str, path: str, *, error: str | None = None) -> None:
        self.act("symlink", res=result(error), target=target, linkpath=path)

    def chdir(self, path: str, *, error: str | None = None) -> None:
        self.act("chdir", res=result(error), path=path)
        if error is None:
            self.cwd = self.absolute(path)
