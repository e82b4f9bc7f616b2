package runtime

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"axol/runtime/elf"
)

const (
	maxArgument = 128 << 10 // bytes of one argument or variable (MAX_ARG_STRLEN)
	maxScripts  = 5         // a script's interpreter may be a script, and so on
	scriptLine  = 256       // bytes of a script that the kernel looks at (BINPRM_BUF_SIZE)
)

// sysExecve replaces the program. The new one is run by another Axol: in this process of the host, or,
// for a child that vfork made, in a new one.
func sysExecve(t *Thread, a *args) uint64 {
	p := t.p
	if len(p.cfg.Self) == 0 {
		p.warnOnce("axol: system call 221 (execve) is not supported here")
		return fail(syscall.ENOSYS)
	}
	var name [pathMax]byte
	n, e := p.mem.ReadString(a[0], name[:])
	if e != 0 {
		return fail(e)
	}
	room := stackSize / 4
	argv, e := t.readStrings(a[1], &room)
	if e != 0 {
		return fail(e)
	}
	env, e := t.readStrings(a[2], &room)
	if e != 0 {
		return fail(e)
	}
	if len(argv) == 0 {
		argv = []string{""}
	}
	program, argv, e := p.findProgram(string(name[:n]), argv)
	if e != 0 {
		return fail(e)
	}
	h := t.handover(argv, env)
	if p.parent != nil {
		return t.spawn(h, program)
	}
	return t.replace(h, program)
}

// readStrings reads an array of strings that ends with a null pointer. room is what is left of
// the space for arguments and environment.
func (t *Thread) readStrings(ptr uint64, room *int) (list []string, e syscall.Errno) {
	if ptr == 0 {
		return nil, 0
	}
	buf := make([]byte, maxArgument)
	for ; ; ptr += 8 {
		at, e := t.p.mem.Read64(ptr)
		if e != 0 {
			return nil, e
		}
		if at == 0 {
			return list, 0
		}
		n, e := t.p.mem.ReadString(at, buf)
		*room -= n + 1 + 8
		if e == syscall.ENAMETOOLONG || *room < 0 {
			return nil, syscall.E2BIG
		}
		if e != 0 {
			return nil, e
		}
		list = append(list, string(buf[:n]))
	}
}

// findProgram is the program that runs for a file and its arguments: the file, or the interpreter of a
// script.
func (p *Process) findProgram(path string, argv []string) (string, []string, syscall.Errno) {
	if p.procName(path) == "exe" {
		path = p.exe
	}
	for range maxScripts {
		interp, arg, e := p.checkProgram(path)
		if e != 0 || interp == "" {
			return path, argv, e
		}
		script := []string{interp}
		if arg != "" {
			script = append(script, arg)
		}
		path, argv = interp, append(append(script, path), argv[1:]...)
	}
	return "", nil, syscall.ELOOP
}

// checkProgram finds whether a file can be executed, and by which interpreter if it is a script.
func (p *Process) checkProgram(path string) (interp, arg string, e syscall.Errno) {
	dir, host := int(p.fs.dir.Load()), p.HostPath(path)
	fd, err := syscall.Openat(dir, host, syscall.O_RDONLY|syscall.O_CLOEXEC|syscall.O_NONBLOCK, 0)
	if err != nil {
		return "", "", asErrno(err)
	}
	f := os.NewFile(uintptr(fd), path)
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", "", asErrno(err)
	}
	const xOK = 1
	if !info.Mode().IsRegular() || syscall.Faccessat(dir, host, xOK, 0) != nil {
		return "", "", syscall.EACCES
	}
	head := make([]byte, scriptLine)
	n, _ := f.ReadAt(head, 0) // a short file is none of the kinds
	if line, ok := bytes.CutPrefix(head[:n], []byte("#!")); ok {
		return scriptInterpreter(line)
	}
	im, err := elf.Read(f, path, p.mem.Limit())
	if err != nil {
		if bytes.HasPrefix(head, []byte("\x7fELF")) {
			p.warnOnce("axol: %v", err)
		}
		return "", "", syscall.ENOEXEC
	}
	if im.Interp != "" && !exists(p.HostPath(im.Interp)) {
		p.warnOnce("axol: %s: its dynamic linker %s is not there", path, im.Interp)
		return "", "", syscall.ENOENT
	}
	return "", "", 0
}

// scriptInterpreter reads the line behind #!: a file name, and the rest as one argument.
func scriptInterpreter(line []byte) (interp, arg string, e syscall.Errno) {
	text, _, ended := bytes.Cut(line, []byte("\n"))
	s := strings.Trim(string(text), " \t")
	interp, arg, found := strings.Cut(strings.ReplaceAll(s, "\t", " "), " ")
	if interp == "" || !ended && !found && len(line) == scriptLine-2 { // the name may go on
		return "", "", syscall.ENOEXEC
	}
	return interp, strings.Trim(arg, " "), 0
}

// HostPath is where a file of the guest is on the host: under the root, if it is there.
func (p *Process) HostPath(path string) string {
	if p.cfg.Root != "" && strings.HasPrefix(path, "/") {
		if under := filepath.Join(p.cfg.Root, path); exists(under) {
			return under
		}
	}
	return path
}

// replace has the program run in this process. It returns only if that fails.
func (t *Thread) replace(h *Handover, program string) uint64 {
	p := t.p
	argv, env, fd, e := p.command(h, program)
	if e != 0 {
		return fail(e)
	}
	defer syscall.Close(fd)
	back, err := syscall.Open(".", oPath|syscall.O_CLOEXEC, 0)
	if err != nil {
		return fail(asErrno(err))
	}
	defer syscall.Close(back)
	if dir := p.fs.dir.Load(); dir >= 0 {
		syscall.Fchdir(int(dir))
		defer syscall.Fchdir(back)
	}
	if p.cfg.BeforeExec != nil {
		p.cfg.BeforeExec()
	}
	setCloexec(fd, false)
	starting(func() { err = syscall.Exec(p.cfg.Self[0], argv, env) })
	return fail(asErrno(err))
}

func setCloexec(fd int, on bool) {
	flag := uintptr(0)
	if on {
		flag = syscall.FD_CLOEXEC
	}
	syscall.Syscall(hostNr(nrFcntl), uintptr(fd), syscall.F_SETFD, flag)
}
