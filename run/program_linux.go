package run

import (
	"context"
	"fmt"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// grace is how long what was asked to end may take.
const grace = 5 * time.Second

// A process is a program that runs, in a process group of its own.
type process struct {
	Program
	name    string
	pid     int // of the program, and of its process group
	tty     *terminal
	stopped chan struct{}   // it was stopped (Ctrl-Z)
	ended   chan struct{}   // it has ended; others of its group may be left
	status  unix.WaitStatus // how; once ended is closed
	cause   Cause           // of its end
}

// CanExec reports why this system cannot run programs with modems.
func CanExec() error { return nil }

// AdoptOrphans makes this process the parent of what its programs leave running when they end
// (PR_SET_CHILD_SUBREAPER), for good. [Exec] ends what is left in the process group of its program,
// and waits until somebody has collected it. Without adoption that is process 1, and in a container
// process 1 may not do that: Exec then waits for 5 s.
func AdoptOrphans() error {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("adopting what the program leaves: %w", err)
	}
	return nil
}

// runCommand runs cmd, which is made from a Program, until it ends, and then ends what it left in
// its process group.
func runCommand(ctx context.Context, cmd *exec.Cmd, program Program, over <-chan struct{}) (Ending, error) {
	p := &process{
		Program: program, name: cmd.Args[0], tty: controllingTerminal(program.Terminal),
		stopped: make(chan struct{}), ended: make(chan struct{}),
	}
	cmd.SysProcAttr = p.tty.attributes()
	cmd.SysProcAttr.Pdeathsig = unix.SIGKILL
	cmd.WaitDelay = grace
	if err := p.start(cmd); err != nil {
		return Ending{}, cannotStart(err)
	}
	begun := time.Now()
	if p.Terminal != nil { // after the start, for a program inherits what is ignored
		signal.Ignore(unix.SIGTTOU)
		defer signal.Reset(unix.SIGTTOU)
	}
	p.watch(ctx, over)
	e := p.ending(time.Since(begun))
	p.endGroup()
	p.tty.restore()
	_ = cmd.Wait() // for what copies the streams; how the program ended, reap has learned
	_ = cmd.Process.Release()
	return e, nil
}

// start starts the program and reaps it when it ends, all in one thread: the kernel kills the
// program when the thread that started it ends (PR_SET_PDEATHSIG), which is to be at the end of
// this process, however that comes.
func (p *process) start(cmd *exec.Cmd) error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		if err == nil {
			p.pid = cmd.Process.Pid
		}
		started <- err
		if err == nil {
			p.reap()
		}
	}()
	return <-started
}

// after is a channel that never gives anything when the time is 0.
func after(d time.Duration) <-chan time.Time {
	if d == 0 {
		return nil
	}
	return time.After(d)
}

// reap waits for the program. It is not exec.Cmd's Wait, which does not tell of a program that is
// stopped, and waits for those that have its output open before they can be ended.
func (p *process) reap() {
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

// watch passes on what happens to this process until the program has ended. The first to ask it to
// end is the cause of its end; a signal that comes after that kills it.
func (p *process) watch(ctx context.Context, over <-chan struct{}) {
	expired, done, signals := after(p.Timeout), ctx.Done(), p.Signals
	var kill, resume <-chan time.Time
	ask := func(by Cause, s syscall.Signal) {
		if p.cause == ByItself {
			p.cause = by
		}
		expired, over, done = nil, nil, nil
		p.end(s)
		kill = time.After(grace)
	}
	for {
		select {
		case <-p.ended:
			return
		case <-expired:
			ask(ByTimeout, unix.SIGTERM)
		case <-over:
			ask(ByScenario, unix.SIGTERM)
		case <-done:
			ask(ByContext, unix.SIGTERM)
		case s, open := <-signals:
			switch s, known := s.(syscall.Signal); {
			case !open:
				signals = nil
			case s == unix.SIGCONT:
				p.resume()
			case known && kill != nil:
				p.signal(unix.SIGKILL)
			case known:
				ask(BySignal, s)
			}
		case <-kill:
			p.signal(unix.SIGKILL)
		case <-p.stopped:
			resume = p.stopToo()
		case <-resume:
			p.resume()
		}
	}
}

// signal sends s to the program's process group. Nobody there is no error.
func (p *process) signal(s syscall.Signal) { _ = unix.Kill(-p.pid, s) }

// end sends a signal that is to be acted on even by a program that is stopped.
func (p *process) end(s syscall.Signal) {
	p.signal(s)
	p.signal(unix.SIGCONT)
}

// endGroup ends what is left of the process group: at a signal, or after a time, by force.
func (p *process) endGroup() {
	p.end(unix.SIGTERM)
	defer p.signal(unix.SIGKILL)
	signals, kill := p.Signals, time.After(grace)
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for p.groupLives() {
		select {
		case <-look.C:
		case s, open := <-signals:
			switch {
			case !open:
				signals = nil
			case s != unix.SIGCONT: // which continues what has ended
				return
			}
		case <-kill:
			return
		}
	}
}

// groupLives collects those of the process group that have ended and that this process adopted: the
// group lives on while one of them is not collected, and the init process of a container may never
// do that.
func (p *process) groupLives() bool {
	for {
		pid, err := unix.Wait4(-p.pid, nil, unix.WNOHANG, nil)
		if pid <= 0 && err != unix.EINTR {
			return unix.Kill(-p.pid, 0) == nil
		}
	}
}

// stopToo stops the process group of this process, as the shell expects of a job that was stopped.
// Where no shell is there to continue it, the kernel ignores that, and then the time says when to
// go on. Outside of a terminal the program stays stopped.
func (p *process) stopToo() <-chan time.Time {
	if p.Terminal == nil {
		return nil
	}
	p.tty.take()
	_ = unix.Kill(0, unix.SIGTSTP)
	return time.After(100 * time.Millisecond)
}

// resume lets the program go on, in the foreground if this process has that.
func (p *process) resume() {
	p.tty.give(p.pid)
	p.signal(unix.SIGCONT)
}

// ending says how the program ended.
func (p *process) ending(after time.Duration) Ending {
	e := Ending{Cause: p.cause, Code: p.status.ExitStatus(), After: after, limit: p.TimeoutName}
	e.Text = fmt.Sprintf("%s ended with exit code %d", p.name, e.Code)
	if p.status.Signaled() {
		s := p.status.Signal()
		e.Code, e.Killed = ExitSignal+int(s), true
		e.Text = fmt.Sprintf("%s died of signal %d (%s)", p.name, s, s)
	}
	if p.cause == ByTimeout {
		e.Text = fmt.Sprintf("%s was ended after %s (%s)", p.name, p.Timeout, p.TimeoutName)
	}
	return e
}
