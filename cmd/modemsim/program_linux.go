package main

import (
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
	name    string
	pid     int // of the program, and of its process group
	tty     *terminal
	stopped chan struct{}   // it was stopped (Ctrl-Z)
	ended   chan struct{}   // it has ended; others of its group may be left
	status  unix.WaitStatus // how; once ended is closed
	by      cause           // of its end
}

// canExec is the error of a system that runProgram does not know.
func canExec() error { return nil }

// runProgram runs cmd until it ends, and then ends what it left in its process
// group. At a limit or a signal to modemsim the group has grace to end, then it
// is killed.
func runProgram(cmd *exec.Cmd, limit limits, signals <-chan os.Signal) (ending, error) {
	p := &program{name: cmd.Args[0], tty: controllingTerminal(), stopped: make(chan struct{}), ended: make(chan struct{})}
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, unix.SIGCONT)
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return ending{}, fmt.Errorf("adopting what the program leaves: %w", err)
	}
	cmd.SysProcAttr = p.tty.attributes()
	if err := cmd.Start(); err != nil {
		return ending{}, cannotStart(err, "check that this machine can run it")
	}
	begun := time.Now()
	p.pid = cmd.Process.Pid
	signal.Ignore(unix.SIGTTOU) // after the start, for a program inherits what is ignored
	go p.reap()
	p.watch(limit, signals, continued)
	e := p.ending(limit, time.Since(begun))
	p.endGroup()
	p.tty.restore()
	signal.Stop(continued)
	signal.Reset(unix.SIGTTOU)
	return e, cmd.Process.Release()
}

// after is a channel that never gives anything when the time is 0.
func after(d time.Duration) <-chan time.Time {
	if d == 0 {
		return nil
	}
	return time.After(d)
}

// reap waits for the program.
func (p *program) reap() {
	for {
		var status unix.WaitStatus
		_, err := unix.Wait4(p.pid, &status, unix.WUNTRACED, nil)
		switch {
		case err == unix.EINTR:
		case err == nil && status.Stopped():
			p.stopped <- struct{}{}
		default:
			p.status = status
			close(p.ended)
			return
		}
	}
}

// watch passes on what happens to modemsim until the program has ended. The
// first to ask it to end is the cause of its end.
func (p *program) watch(limit limits, signals, continued <-chan os.Signal) {
	expired, over := after(limit.time), limit.over
	var kill, resume <-chan time.Time
	ask := func(by cause, s syscall.Signal) {
		if p.by == byItself {
			p.by = by
		}
		expired, over = nil, nil
		p.end(s)
		kill = time.After(grace)
	}
	for {
		select {
		case <-p.ended:
			return
		case <-expired:
			ask(byTimeout, unix.SIGTERM)
		case <-over:
			ask(byScenario, unix.SIGTERM)
		case s := <-signals:
			ask(bySignal, s.(syscall.Signal))
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

// groupLives collects those of the process group that have ended, which
// modemsim adopts: the group lives on while one of them is not collected, and
// the init process of a container may never do that.
func (p *program) groupLives() bool {
	for {
		pid, err := unix.Wait4(-p.pid, nil, unix.WNOHANG, nil)
		if pid <= 0 && err != unix.EINTR {
			return unix.Kill(-p.pid, 0) == nil
		}
	}
}

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

// ending says how the program ended.
func (p *program) ending(limit limits, after time.Duration) ending {
	e := ending{by: p.by, code: p.status.ExitStatus(), after: after}
	e.what = fmt.Sprintf("%s ended with exit code %d", p.name, e.code)
	if p.status.Signaled() {
		s := p.status.Signal()
		e.code, e.died = exitSignal+int(s), true
		e.what = fmt.Sprintf("%s died of signal %d (%s)", p.name, s, s)
	}
	if p.by == byTimeout {
		e.what = fmt.Sprintf("%s was ended after %s (--timeout)", p.name, limit.time)
	}
	return e
}
