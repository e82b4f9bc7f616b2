package runtime

import (
	"bytes"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
)

const (
	pathMax = 4096
	atFDCWD = -100
	hostCWD = ^uintptr(99) // the same as an argument

	atSymlinkNofollow = 0x100
	atEmptyPath       = 0x1000
)

// workDir is the guest's working directory: a descriptor of Axol's, so that the guest
// can change it and Axol's own relative paths stay what they are. At first it is
// AT_FDCWD, Axol's own.
type workDir struct{ dir atomic.Int32 }

// path reads a path for a call that takes no folder with it, into buffer k.
func (t *Thread) path(ptr uint64, k int) (uintptr, syscall.Errno) {
	dir, host, e := t.pathAt(uint64(hostCWD), ptr, k)
	if e != 0 || int32(dir) == atFDCWD {
		return host, e
	}
	// The folder is in the path then.
	buf := &t.scratch.paths[k]
	prefix := "/proc/thread-self/fd/" + strconv.Itoa(int(int32(dir))) + "/"
	name := string(cString(buf[len(t.p.cfg.Root):]))
	if len(prefix)+len(name) >= len(buf) {
		return 0, syscall.ENAMETOOLONG
	}
	copy(buf[copy(buf[:], prefix):], name+"\x00")
	return pointer(&buf[0]), 0
}

// pathAt reads a path and the folder it is relative to, for the host.
func (t *Thread) pathAt(dirfd, ptr uint64, k int) (dir, host uintptr, e syscall.Errno) {
	buf, root := &t.scratch.paths[k], len(t.p.cfg.Root)
	if root > pathMax {
		return 0, 0, syscall.ENAMETOOLONG
	}
	if ptr == 0 {
		return t.folder(dirfd, 0) // utimensat and statx allow it
	}
	n, e := t.p.mem.ReadString(ptr, buf[root:root+pathMax-1])
	if e != 0 {
		return 0, 0, e
	}
	buf[root+n] = 0
	name := buf[root : root+n]
	if n == 0 || name[0] != '/' {
		return t.folder(dirfd, pointer(&buf[root]))
	}
	if bytes.HasPrefix(name, []byte("/proc/")) {
		if t.p.procName(string(name)) == "exe" {
			copy(buf[root:], t.p.exe+"\x00")
		}
	} else if root > 0 && n > 1 { // "/" is the host's, or the guest would see no more than the root has
		copy(buf[:], t.p.cfg.Root)
		if _, _, e := syscall.Syscall6(hostNr(nrNewfstatat), hostCWD, pointer(&buf[0]), pointer(&t.scratch.stat), atSymlinkNofollow, 0, 0); e == 0 {
			return hostCWD, pointer(&buf[0]), 0
		}
	}
	return hostCWD, pointer(&buf[root]), 0
}

// folder checks the folder of a relative path.
func (t *Thread) folder(dirfd uint64, path uintptr) (dir, host uintptr, e syscall.Errno) {
	if int32(dirfd) == atFDCWD {
		return uintptr(int(t.p.fs.dir.Load())), path, 0
	}
	dir, e = t.fd(dirfd)
	return dir, path, e
}

// guestPath is the guest's name of a file of the host: one under the root is seen without it.
func (p *Process) guestPath(host string) string {
	if root := p.cfg.Root; root != "" {
		if rest, under := strings.CutPrefix(host, root); under && (rest == "" || rest[0] == '/') {
			return "/" + strings.TrimPrefix(rest, "/")
		}
	}
	return host
}

func cString(b []byte) []byte {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		return b[:i]
	}
	return b
}
