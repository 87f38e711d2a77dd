package port

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// watch notices opens and closes of the slaves of all ptys of the process. The kernel allows a user
// about 126 inotify instances, so all ptys share one: the pty that drains it stores what it read
// for the others and wakes them.
type watch struct {
	mu   sync.Mutex // taken after a pty's, never before
	fd   int        // inotify; -1 once closed
	file *os.File   // the same descriptor
	ptys map[int32]*watched
	err  error         // inotify failed; returned to every pty
	done chan struct{} // closed when the reading goroutine has ended
}

// watched is the part of the watch that belongs to one pty.
type watched struct {
	wake  func()  // run the pump soon; must not block
	seen  []opens // seen and not taken yet
	watch *watch
	wd    int32
}

// opens is a change of the number of programs that have a slave open.
type opens int8

const (
	oneMore opens = +1
	oneLess opens = -1
)

// shared is the watch of the process. It is nil while there is no pty.
var shared struct {
	sync.Mutex
	*watch
}

// watchPTY starts to watch the slave at path. It does not see earlier opens.
func watchPTY(path string, wake func()) (*watched, error) {
	shared.Lock()
	defer shared.Unlock()
	if shared.watch == nil {
		w, err := newWatch(filepath.Dir(path))
		if err != nil {
			return nil, fmt.Errorf("port: watch ptys: %w (fs.inotify.max_user_instances may be used up)", err)
		}
		shared.watch = w
	}
	p := &watched{wake: wake, watch: shared.watch}
	if err := p.add(path); err != nil {
		stopUnused()
		return nil, fmt.Errorf("port: watch %s: %w", path, err)
	}
	return p, nil
}

func (p *watched) add(path string) error {
	w := p.watch
	w.mu.Lock()
	defer w.mu.Unlock()
	wd, err := unix.InotifyAddWatch(w.fd, path, unix.IN_OPEN|unix.IN_CLOSE)
	if err != nil {
		return err
	}
	p.wd = int32(wd)
	w.ptys[p.wd] = p
	return nil
}

// close ends the watch of this pty, and with the last pty the watch of the process.
func (p *watched) close() {
	shared.Lock()
	defer shared.Unlock()
	w := p.watch
	w.mu.Lock()
	delete(w.ptys, p.wd)
	_, _ = unix.InotifyRmWatch(w.fd, uint32(p.wd)) // fails only when the slave is gone already
	w.mu.Unlock()
	stopUnused()
}

// stopUnused ends the watch of the process if no pty is left; shared is locked.
func stopUnused() {
	w := shared.watch
	w.mu.Lock()
	used := len(w.ptys) > 0
	if !used {
		w.fd = -1
	}
	w.mu.Unlock()
	if used {
		return
	}
	shared.watch = nil
	_ = w.file.Close() // nothing was written to it
	<-w.done
}

// newWatch makes a watch that also watches the folder of the slaves. inotify merges an event into
// an equal one at the end of its queue, so that two opens in a row would be one. With the folder
// watched, every open and close makes two different events, and equal ones never follow each other.
func newWatch(dir string) (*watch, error) {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		return nil, err
	}
	w := &watch{fd: fd, file: os.NewFile(uintptr(fd), "inotify"), ptys: map[int32]*watched{}, done: make(chan struct{})}
	if _, err := unix.InotifyAddWatch(fd, dir, unix.IN_OPEN|unix.IN_CLOSE); err != nil {
		return nil, errors.Join(err, w.file.Close())
	}
	conn, err := w.file.SyscallConn()
	if err != nil {
		return nil, errors.Join(err, w.file.Close())
	}
	go w.run(conn)
	return w, nil
}

func (w *watch) run(conn syscall.RawConn) {
	defer close(w.done)
	_ = conn.Read(func(uintptr) bool { // ends with an error when the file is closed
		w.mu.Lock()
		defer w.mu.Unlock()
		w.drain(nil)
		return w.fd < 0
	})
}

// take returns what happened to p since the last take.
func (p *watched) take() ([]opens, error) {
	w := p.watch
	w.mu.Lock()
	defer w.mu.Unlock()
	w.drain(p)
	seen := p.seen
	p.seen = nil
	return seen, w.err
}

// pending reports whether take would return anything.
func (p *watched) pending() bool {
	w := p.watch
	w.mu.Lock()
	defer w.mu.Unlock()
	w.drain(p)
	return len(p.seen) > 0 || w.err != nil
}

// drain reads all that inotify has and wakes the ptys concerned, except the one that asks; w.mu is
// held.
func (w *watch) drain(asks *watched) {
	if w.fd < 0 {
		return
	}
	var buf [4096]byte
	var concerned []*watched
	for {
		n, err := unix.Read(w.fd, buf[:])
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			if err != unix.EAGAIN {
				w.fail(fmt.Errorf("port: watch ptys: %w", err))
			}
			break
		}
		concerned = w.sort(buf[:n], concerned)
	}
	for _, p := range concerned {
		if p != asks {
			p.wake()
		}
	}
}

// sort stores the events in buf with their ptys and adds these to concerned; w.mu is held.
func (w *watch) sort(buf []byte, concerned []*watched) []*watched {
	for len(buf) >= unix.SizeofInotifyEvent {
		wd, mask := int32(binary.NativeEndian.Uint32(buf)), binary.NativeEndian.Uint32(buf[4:])
		buf = buf[unix.SizeofInotifyEvent+binary.NativeEndian.Uint32(buf[12:]):]
		if mask&unix.IN_Q_OVERFLOW != 0 {
			w.fail(errors.New("port: watch ptys: the kernel lost opens and closes (more than fs.inotify.max_queued_events): start again"))
		}
		p := w.ptys[wd]
		if p == nil {
			continue
		}
		switch {
		case mask&unix.IN_OPEN != 0:
			p.seen = append(p.seen, oneMore)
		case mask&unix.IN_CLOSE != 0:
			p.seen = append(p.seen, oneLess)
		}
		if !slices.Contains(concerned, p) {
			concerned = append(concerned, p)
		}
	}
	return concerned
}

// fail records that inotify failed and wakes every pty to return the error; w.mu is held.
func (w *watch) fail(err error) {
	if w.err != nil {
		return
	}
	w.err = err
	for _, p := range w.ptys {
		p.wake()
	}
}
