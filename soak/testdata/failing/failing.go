// Package syscall, the part that a build with failing operations has beside the rest of it. The
// test lays it over the standard library, and has RawSyscall6 ask failing before each call.
package syscall

import (
	"internal/runtime/syscall/linux"
	"sync/atomic"
	"unsafe"
)

// Which operation fails, from the environment: FAIL_AT is its number, from 1, FAIL_ON is not empty
// if all after it fail as well, FAIL_TO is the file that gets a record of it.
var (
	failAt   int64
	failOn   bool
	failTo   uintptr
	failSeen int64 // operations so far
)

// failErrors are the errors by the number of the system call; 0: it never fails.
var failErrors [512]Errno

// failed is the record: the number of the system call and what it was about, a path or the file
// behind a descriptor.
var failed struct {
	trap uint64
	name [248]byte
}

var failLink = [32]byte{'/', 'p', 'r', 'o', 'c', '/', 's', 'e', 'l', 'f', '/', 'f', 'd', '/'}

func init() {
	to, _ := Getenv("FAIL_TO")
	path, err := BytePtrFromString(to)
	if to == "" || err != nil {
		return
	}
	fd, _, _ := linux.Syscall6(SYS_OPENAT, failAtFolder, uintptr(unsafe.Pointer(path)), O_WRONLY|O_CREAT|O_APPEND|O_CLOEXEC, 0o600, 0, 0)
	failTo = fd
	for _, row := range failTable {
		failErrors[row.trap] = row.err
	}
	on, _ := Getenv("FAIL_ON")
	failOn = on != ""
	at, _ := Getenv("FAIL_AT")
	for _, digit := range at {
		failAt = 10*failAt + int64(digit-'0')
	}
}

const failAtFolder = ^uintptr(99) // AT_FDCWD

// StopFailing ends it, and returns how many operations there were.
func StopFailing() int64 {
	failAt = 0
	return atomic.LoadInt64(&failSeen)
}

// failing returns the error that a system call is to have, or 0. It must not grow the stack: those
// who call RawSyscall6 hold addresses as numbers.
//
//go:nosplit
//go:norace
func failing(trap, a1, a2 uintptr) Errno {
	if failAt == 0 || trap >= uintptr(len(failErrors)) || failErrors[trap] == 0 {
		return 0
	}
	if a1 <= 2 && failsByDescriptor(trap) {
		return 0 // the streams that tell of it
	}
	n := atomic.AddInt64(&failSeen, 1)
	if n < failAt || n > failAt && !failOn {
		return 0
	}
	if n == failAt {
		failed.trap = uint64(trap)
		switch {
		case failsByDescriptor(trap):
			failNameDescriptor(a1)
		case trap == SYS_SYMLINKAT:
			failNamePath(a1)
		case trap != SYS_SOCKET && trap != SYS_PIPE2 && trap != SYS_INOTIFY_INIT1:
			failNamePath(a2)
		}
		linux.Syscall6(SYS_WRITE, failTo, uintptr(unsafe.Pointer(&failed)), unsafe.Sizeof(failed), 0, 0, 0)
	}
	return failErrors[trap]
}

//go:nosplit
//go:norace
func failsByDescriptor(trap uintptr) bool {
	switch trap {
	case SYS_READ, SYS_WRITE, SYS_PREAD64, SYS_PWRITE64, SYS_CLOSE, SYS_IOCTL, SYS_FCNTL, SYS_FSTAT, SYS_FCHMOD, SYS_FTRUNCATE,
		SYS_LSEEK, SYS_GETDENTS64, SYS_FLOCK, SYS_SENDFILE, SYS_FSYNC, SYS_BIND, SYS_LISTEN, SYS_ACCEPT4, SYS_CONNECT,
		SYS_SETSOCKOPT, SYS_GETSOCKOPT, SYS_SHUTDOWN:
		return true
	}
	return false
}

//go:nosplit
//go:norace
func failNamePath(at uintptr) {
	for i := 0; i < len(failed.name)-1; i++ {
		b := *(*byte)(unsafe.Pointer(at + uintptr(i)))
		if b == 0 {
			break
		}
		failed.name[i] = b
	}
}

//go:nosplit
//go:norace
func failNameDescriptor(fd uintptr) {
	i := 14
	div := uintptr(1)
	for fd/div >= 10 {
		div *= 10
	}
	for ; div > 0; div /= 10 {
		failLink[i] = byte('0' + fd/div%10)
		i++
	}
	failLink[i] = 0
	linux.Syscall6(SYS_READLINKAT, failAtFolder, uintptr(unsafe.Pointer(&failLink)), uintptr(unsafe.Pointer(&failed.name)), uintptr(len(failed.name)), 0, 0)
}
