package mem

import (
	"strings"
	"syscall"
	"unsafe"
)

// Memory that is shared and has no file gets one, in memory, so that a copy of the address space
// in another process can share it, too. The kernel does the same, and calls the file /dev/zero.
const sharedName = "/dev/zero (deleted)"

// lowFDs is how many descriptors are left to the guest.
const lowFDs = 64

// shareable turns a request for shared anonymous memory into one for a file of n bytes.
func (m *Memory) shareable(r *Request, n uint64) syscall.Errno {
	m.dropShared()
	fd, e := memFile()
	if e != 0 {
		return e
	}
	var st syscall.Stat_t
	if err := syscall.Ftruncate(fd, int64(n)); err != nil || syscall.Fstat(fd, &st) != nil {
		syscall.Close(fd)
		return syscall.ENOMEM
	}
	r.Flags, r.FD, r.Offset, r.Name, r.Inode, r.Dev = Shared, fd, 0, sharedName, st.Ino, st.Dev
	m.addShared(fd, r.Mapping)
	return 0
}

// keepShared keeps the file of a mapping of POSIX shared memory, or of a semaphore: it often has no
// name any more when a copy is made. With other files that would be wrong, for whoever closes a
// descriptor of a file gives up his locks on it.
func (m *Memory) keepShared(r Request) {
	m.dropShared()
	if _, kept := m.shared[inode{r.Dev, r.Inode}]; kept || !strings.HasPrefix(r.Name, "/dev/shm/") {
		return
	}
	fd, _, e := syscall.Syscall(syscall.SYS_FCNTL, uintptr(r.FD), syscall.F_DUPFD_CLOEXEC, lowFDs)
	if e == 0 {
		m.addShared(int(fd), r.Mapping)
	}
}

// inode says which file it is.
type inode struct{ dev, number uint64 }

func (m *Memory) addShared(fd int, v Mapping) {
	if m.shared == nil {
		m.shared = map[inode]int{}
	}
	m.shared[inode{v.Dev, v.Inode}] = fd
}

// dropShared closes the files of shared memory that is no longer mapped.
func (m *Memory) dropShared() {
	if len(m.shared) == 0 {
		return
	}
	used := map[inode]bool{}
	for _, v := range m.maps {
		used[inode{v.Dev, v.Inode}] = true
	}
	for file, fd := range m.shared {
		if !used[file] {
			syscall.Close(fd)
			delete(m.shared, file)
		}
	}
}

// memFile is a file in memory, whose descriptor is out of the guest's way.
func memFile() (int, syscall.Errno) {
	name := [...]byte{'a', 'x', 'o', 'l', 0}
	const cloexec = 1
	low, _, e := syscall.Syscall(sysMemfdCreate, uintptr(unsafe.Pointer(&name[0])), cloexec, 0)
	if e != 0 {
		return -1, e
	}
	defer syscall.Close(int(low))
	fd, _, e := syscall.Syscall(syscall.SYS_FCNTL, low, syscall.F_DUPFD_CLOEXEC, lowFDs)
	return int(fd), e
}
