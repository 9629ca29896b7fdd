package supervise

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// start puts the program into a job object that ends with its last handle, which is this process's. There is an instant
// between the program's start and its entry into the job.
func start(c Command) (*Process, error) {
	path, err := exec.LookPath(c.Path)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", filepath.Base(c.Path), err)
	}
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	job, err := newJob()
	if err != nil {
		return nil, fmt.Errorf("start %s: job object: %w", filepath.Base(path), err)
	}
	cmd := exec.Command(path, c.Args...)
	cmd.Env, cmd.Dir = c.Env, c.Dir
	cmd.Stdout, cmd.Stderr = c.Output, c.Output
	cmd.WaitDelay = lateOutput
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP}
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", filepath.Base(path), err), windows.CloseHandle(job))
	}
	pid := cmd.Process.Pid
	if err := assign(job, pid); err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		return nil, errors.Join(fmt.Errorf("start %s: job object: %w", filepath.Base(path), err), windows.CloseHandle(job))
	}
	p := &Process{pid: pid, grace: c.grace(), ended: make(chan struct{})}
	p.kill = func() { _ = windows.TerminateJobObject(job, 1) }
	p.cut = func() {
		_ = windows.GenerateConsoleCtrlEvent(windows.CTRL_BREAK_EVENT, uint32(pid))
		time.AfterFunc(c.end()[0].Wait, func() {
			select {
			case <-p.ended: // the job is closed
			default:
				p.kill()
			}
		})
	}
	go func() {
		if p.err = cmd.Wait(); errors.Is(p.err, exec.ErrWaitDelay) {
			p.err = nil
		}
		p.kill() // what is left of the group
		if len(c.After) > 0 {
			_ = exec.Command(c.After[0], c.After[1:]...).Run()
		}
		close(p.ended)
		_ = windows.CloseHandle(job)
	}()
	return p, nil
}

// newJob makes a job object whose processes end when it is closed.
func newJob() (windows.Handle, error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return 0, err
	}
	info := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{
		BasicLimitInformation: windows.JOBOBJECT_BASIC_LIMIT_INFORMATION{
			LimitFlags: windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
		},
	}
	_, err = windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info)))
	if err != nil {
		return 0, errors.Join(err, windows.CloseHandle(job))
	}
	return job, nil
}

func assign(job windows.Handle, pid int) error {
	process, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(pid))
	if err != nil {
		return err
	}
	return errors.Join(windows.AssignProcessToJobObject(job, process), windows.CloseHandle(process))
}
