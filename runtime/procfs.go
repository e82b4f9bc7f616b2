package runtime

import (
	"encoding/binary"
	goruntime "runtime"
	"strconv"
	"strings"
	"syscall"
	"unsafe"
)

// What /proc says about the guest is Axol's process on the host. These are the files
// where that would be wrong.

// procName is the part behind /proc/self/ (or the same under the guest's number or a
// thread's), or what stands for it; empty for other paths.
func (p *Process) procName(path string) string {
	if n, ok := strings.CutPrefix(path, "/dev/fd/"); ok {
		return "fd/" + n
	}
	path, ok := strings.CutPrefix(path, "/proc/")
	who, rest, _ := strings.Cut(path, "/")
	if !ok || who != "self" && who != "thread-self" && who != strconv.Itoa(p.pid) {
		return ""
	}
	if task, ok := strings.CutPrefix(rest, "task/"); ok {
		_, rest, _ = strings.Cut(task, "/")
	}
	return rest
}

// mayOpen refuses what would lead to Axol's own memory and descriptors.
func (p *Process) mayOpen(path string) syscall.Errno {
	name := p.procName(path)
	if name == "mem" {
		return syscall.EACCES
	}
	if n, ok := strings.CutPrefix(name, "fd/"); ok {
		if fd, err := strconv.Atoi(n); err == nil && !p.fds.has(int32(fd)) {
			return syscall.ENOENT
		}
	}
	return 0
}

// procFile is the content of a file of the guest's own under /proc.
func (p *Process) procFile(path string) (content []byte, ok bool) {
	if path == "/proc/cpuinfo" {
		return cpuinfo(goruntime.NumCPU()), true
	}
	switch p.procName(path) {
	case "maps":
		var b []byte
		for _, v := range p.mem.Mappings() {
			b = append(append(b, v.String()...), '\n')
		}
		return b, true
	case "auxv":
		return p.auxv, true
	case "cmdline":
		return zeroTerminated(p.cfg.Args), true
	case "environ":
		return zeroTerminated(p.cfg.Env), true
	case "status":
		return p.statusFile(), true
	case "stat":
		return p.statFile(), true
	case "statm":
		return p.statmFile(), true
	}
	return nil, false
}

func zeroTerminated(list []string) (b []byte) {
	for _, s := range list {
		b = append(append(b, s...), 0)
	}
	return b
}

// openContent makes a descriptor that reads as content.
func openContent(content []byte) (uintptr, syscall.Errno) {
	name := [...]byte{'a', 'x', 'o', 'l', 0}
	const cloexec = 1
	fd, _, e := syscall.Syscall(hostNr(nrMemfdCreate), uintptr(unsafe.Pointer(&name[0])), cloexec, 0)
	if e != 0 {
		return 0, e
	}
	for off := 0; off < len(content); {
		n, err := syscall.Pwrite(int(fd), content[off:], int64(off))
		if err != nil {
			syscall.Close(int(fd))
			return 0, err.(syscall.Errno)
		}
		off += n
	}
	return fd, 0
}

// sysGetdents64 does not show Axol's own descriptors in /proc/self/fd.
func sysGetdents64(t *Thread, a *args) uint64 {
	r := t.pass("f*i", hostNr(nrGetdents64), a)
	if _, filtered := t.p.fdDirs.Load(int32(a[0])); !filtered || int64(r) <= 0 {
		return r
	}
	b := make([]byte, r)
	if e := t.p.mem.Read(a[1], b); e != 0 {
		return fail(e)
	}
	// struct linux_dirent64: inode, offset, length of the entry at 16, type, name at 19.
	const offLength, offName = 16, 19
	kept := b[:0]
	for len(b) > offName {
		n := int(binary.LittleEndian.Uint16(b[offLength:]))
		if n <= offName || n > len(b) { // another thread writes there
			break
		}
		fd, err := strconv.Atoi(string(cString(b[offName:n])))
		if err != nil || t.p.fds.has(int32(fd)) {
			kept = append(kept, b[:n]...)
		}
		b = b[n:]
	}
	if e := t.p.mem.Write(a[1], kept); e != 0 {
		return fail(e)
	}
	if len(kept) == 0 { // not the end yet
		return sysGetdents64(t, a)
	}
	return uint64(len(kept))
}
