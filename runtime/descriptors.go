package runtime

import (
	"math/bits"
	"os"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

// The guest's descriptors are the host's, by the same number. Which of the host's
// belong to the guest is kept here; Axol's own do not exist for it.

// maxFD bounds descriptors; the host's limit is lower on any usual system.
const maxFD = 1 << 20

type descriptors struct {
	bits  [maxFD / 64]atomic.Uint64
	limit atomic.Uint64 // RLIMIT_NOFILE, if the guest has set it
}

// room reports whether the guest may have a descriptor of that number.
func (d *descriptors) room(fd uint64) bool {
	limit := d.limit.Load()
	return fd < maxFD && (limit == 0 || fd < limit)
}

func (d *descriptors) has(fd int32) bool {
	return uint32(fd) < maxFD && d.bits[fd/64].Load()>>(fd%64)&1 != 0
}

func (d *descriptors) add(fd int32) { d.bits[fd/64].Or(1 << (fd % 64)) }

// remove reports whether it was there.
func (d *descriptors) remove(fd int32) bool {
	if uint32(fd) >= maxFD {
		return false
	}
	bit := uint64(1) << (fd % 64)
	return d.bits[fd/64].And(^bit)&bit != 0
}

// list is all of them, or those that execve leaves open.
func (d *descriptors) list(kept bool) (fds []int32) {
	for i := range d.bits {
		for word := d.bits[i].Load(); word != 0; word &= word - 1 {
			fd := int32(i*64 + bits.TrailingZeros64(word))
			flags, _, e := syscall.Syscall(hostNr(nrFcntl), uintptr(fd), syscall.F_GETFD, 0)
			if !kept || e == 0 && flags&syscall.FD_CLOEXEC == 0 {
				fds = append(fds, fd)
			}
		}
	}
	return fds
}

// inherit takes over what Axol was started with: everything that is open without
// close-on-exec, which Go sets on all it opens.
func (d *descriptors) inherit() error {
	names, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return err
	}
	for _, n := range names {
		fd, err := strconv.Atoi(n.Name())
		if err != nil || fd >= maxFD {
			continue
		}
		flags, _, e := syscall.Syscall(syscall.SYS_FCNTL, uintptr(fd), syscall.F_GETFD, 0)
		if e == 0 && flags&syscall.FD_CLOEXEC == 0 {
			d.add(int32(fd))
		}
	}
	return nil
}

// lowFDs is how many descriptors are kept free for the guest while Axol opens its own,
// so that a guest's first file is number 3 as everywhere.
const lowFDs = 64

// leaveLowFDs occupies the low descriptors until release is called, and makes Go's
// runtime open those it would open some time later.
func leaveLowFDs() (release func()) {
	var held []int
	for {
		fd, err := syscall.Open("/dev/null", syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
		if err != nil {
			break
		}
		held = append(held, fd)
		if fd >= lowFDs {
			break
		}
	}
	time.AfterFunc(time.Hour, func() {}).Stop() // starts the network poller; a timer with a channel would not
	return func() {
		for _, fd := range held {
			syscall.Close(fd)
		}
	}
}

// stdio is copies of the standard descriptors: the guest may close its own, which are
// Axol's too, or put files in their place.
type stdio [3]int

// save makes the copies, of standard error only if the rest is given away; -1 stands for a descriptor
// that is not open, or not copied.
func (s *stdio) save(give bool) {
	for fd := range s {
		if s[fd] = -1; give && fd != 2 {
			continue
		}
		dup, _, e := syscall.Syscall(hostNr(nrFcntl), uintptr(fd), syscall.F_DUPFD_CLOEXEC, lowFDs)
		s[fd] = int(dup)
		if e != 0 {
			s[fd] = -1
		}
	}
}

// restore puts the copies back and gives them up.
func (s *stdio) restore() {
	for fd, dup := range s {
		if dup >= 0 {
			syscall.Syscall(hostNr(nrDup3), uintptr(dup), uintptr(fd), 0)
			syscall.Close(dup)
		}
		s[fd] = -1
	}
}

// stderr writes a line where Axol's standard error was at the start.
func (s *stdio) stderr(line string) {
	if s[2] >= 0 {
		syscall.Write(s[2], []byte(line+"\n"))
	}
}

// newFD gives the guest the descriptor a host call has returned.
func (p *Process) newFD(fd uintptr, e syscall.Errno) uint64 {
	if e != 0 {
		return fail(e)
	}
	if !p.fds.room(uint64(fd)) {
		syscall.Close(int(fd))
		return fail(syscall.EMFILE)
	}
	p.fds.add(int32(fd))
	return uint64(fd)
}
