//go:build unix

package source

import (
	"io/fs"
	"os"
	"syscall"
)

// readRegular reads the whole of a regular file. Package os asks the system
// twice as often, which a thousand files feel. A file is examined before it is
// opened, as a device may act on that, unless its folder said already that it is
// regular; and once more after, in case it changed in between. Opening never
// blocks.
func readRegular(path string, known bool) ([]byte, error) {
	if !known {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if err := checkMode(info.Mode(), info.Size()); err != nil {
			return nil, err
		}
	}
	fd, err := retry(func() (int, error) {
		return syscall.Open(path, syscall.O_RDONLY|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	})
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	defer syscall.Close(fd)
	var stat syscall.Stat_t
	if err := syscall.Fstat(fd, &stat); err != nil {
		return nil, &fs.PathError{Op: "stat", Path: path, Err: err}
	}
	if err := checkMode(fileMode(uint32(stat.Mode)), stat.Size); err != nil {
		return nil, err
	}
	return readAll(fd, path, int(stat.Size))
}

// readAll reads to the end, which a file that grows may have moved.
func readAll(fd int, path string, size int) ([]byte, error) {
	data := make([]byte, size+1)
	for n := 0; ; {
		got, err := retry(func() (int, error) { return syscall.Read(fd, data[n:]) })
		switch n += max(got, 0); {
		case err != nil:
			return nil, &fs.PathError{Op: "read", Path: path, Err: err}
		case got == 0 || n == size: // the byte to spare was not needed
			return data[:n], nil
		case n > MaxFileSize:
			return nil, tooLarge(n)
		case n == len(data):
			data = append(data, make([]byte, len(data))...)
		}
	}
}

func fileMode(mode uint32) fs.FileMode {
	switch mode & syscall.S_IFMT {
	case syscall.S_IFREG:
		return 0
	case syscall.S_IFDIR:
		return fs.ModeDir
	}
	return fs.ModeIrregular
}

// retry repeats a call that a signal interrupted.
func retry(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if err != syscall.EINTR {
			return n, err
		}
	}
}
