package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// grace is how long what was asked to end may take.
const grace = 5 * time.Second

// A program is the one under exec, in a process group of its own.
type program struct {
	name     string
	pid      int // of the program, and of its process group
	tty      *terminal
	stopped  chan struct{}   // it was stopped (Ctrl-Z)
	ended    chan struct{}   // it has ended; others of its group may be left
	status   unix.WaitStatus // how; once ended is closed
	timedOut bool
	asked    bool // to end, by the timeout or a signal
}

// runProgram runs cmd until it ends, and then ends what it left in its process
// group. After limit, unless that is 0, or a signal to modemsim the group has
// grace to end, then it is killed.
func runProgram(cmd *exec.Cmd, limit time.Duration, signals <-chan os.Signal) error {
	p := &program{name: cmd.Args[0], tty: controllingTerminal(), stopped: make(chan struct{}), ended: make(chan struct{})}
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, unix.SIGCONT)
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("adopting what the program leaves: %w", err)
	}
	cmd.SysProcAttr = p.tty.attributes()
	if err := cmd.Start(); err != nil {
		return cannotStart(err, "check that this machine can run it")
	}
	p.pid = cmd.Process.Pid
	signal.Ignore(unix.SIGTTOU) // after the start, for a program inherits what is ignored
	go p.reap()
	p.watch(after(limit), signals, continued)
	p.endGroup()
	p.tty.restore()
	return errors.Join(p.failure(limit), cmd.Process.Release())
}

// after is a channel that never gives anything when the time is 0.
func after(d time.Duration) <-chan time.Time {
	if d == 0 {
		return nil
	}
	return time.After(d)
}

// reap collects the program and those that it left behind, which modemsim
// adopts: a process group lives on while one that has ended is not collected,
// and the init process of a container may never do that.
func (p *program) reap() {
	for {
		var status unix.WaitStatus
		pid, err := unix.Wait4(-1, &status, unix.WUNTRACED, nil)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return // there is nobody left
		case pid == p.pid && status.Stopped():
			p.stopped <- struct{}{}
		case pid == p.pid:
			p.status = status
			close(p.ended)
		}
	}
}

// watch passes on what happens to modemsim until the program has ended.
func (p *program) watch(expired <-chan time.Time, signals, continued <-chan os.Signal) {
	var kill, resume <-chan time.Time
	for {
		select {
		case <-p.ended:
			return
		case <-expired:
			p.timedOut, p.asked = true, true
			p.end(unix.SIGTERM)
			kill = time.After(grace)
		case s := <-signals:
			p.asked = true
			p.end(s.(syscall.Signal))
			kill = time.After(grace)
		case <-kill:
			p.signal(unix.SIGKILL)
		case <-p.stopped:
			resume = p.stopToo()
		case <-continued:
			p.resume()
		case <-resume:
			p.resume()
		}
	}
}

// signal sends s to the program's process group. Nobody there is no error.
func (p *program) signal(s syscall.Signal) { _ = unix.Kill(-p.pid, s) }

// end sends a signal that is to be acted on even by a program that is stopped.
func (p *program) end(s syscall.Signal) {
	p.signal(s)
	p.signal(unix.SIGCONT)
}

// endGroup ends what is left of the process group.
func (p *program) endGroup() {
	p.end(unix.SIGTERM)
	for deadline := time.Now().Add(grace); p.groupLives() && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	p.signal(unix.SIGKILL)
}

func (p *program) groupLives() bool { return unix.Kill(-p.pid, 0) == nil }

// stopToo stops modemsim's own process group, as the shell expects of a job
// that was stopped. Where no shell is there to continue it, the kernel ignores
// that, and then the time says when to go on.
func (p *program) stopToo() <-chan time.Time {
	p.tty.take()
	_ = unix.Kill(0, unix.SIGTSTP)
	return time.After(100 * time.Millisecond)
}

// resume lets the program go on, in the foreground if modemsim has that.
func (p *program) resume() {
	p.tty.give(p.pid)
	p.signal(unix.SIGCONT)
}

// failure says how the program ended; nil is with exit code 0.
func (p *program) failure(limit time.Duration) error {
	status := p.status
	switch {
	case p.timedOut:
		return &failure{code: exitTimeout, err: fmt.Errorf("%s was ended after %s (--timeout)", p.name, limit)}
	case status.Signaled() && p.asked:
		return &failure{code: exitSignal + int(status.Signal())}
	case status.Signaled():
		return &failure{code: exitSignal + int(status.Signal()), err: fmt.Errorf("%s died of signal %d (%s)", p.name, status.Signal(), status.Signal())}
	case status.ExitStatus() != 0:
		return &failure{code: status.ExitStatus()}
	}
	return nil
}
