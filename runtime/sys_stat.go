package runtime

import (
	"encoding/binary"
	"syscall"
)

// statSize is the size of struct stat of arm64 (asm-generic/stat.h).
const statSize = 128

// putStat writes a host's struct stat as arm64 has it.
func putStat(b *[statSize]byte, st *syscall.Stat_t) {
	le := binary.LittleEndian
	le.PutUint64(b[0:], st.Dev)
	le.PutUint64(b[8:], st.Ino)
	le.PutUint32(b[16:], st.Mode)
	le.PutUint32(b[20:], uint32(st.Nlink))
	le.PutUint32(b[24:], st.Uid)
	le.PutUint32(b[28:], st.Gid)
	le.PutUint64(b[32:], st.Rdev)
	le.PutUint64(b[48:], uint64(st.Size))
	le.PutUint32(b[56:], uint32(st.Blksize))
	le.PutUint64(b[64:], uint64(st.Blocks))
	for i, ts := range [...]syscall.Timespec{st.Atim, st.Mtim, st.Ctim} {
		le.PutUint64(b[72+16*i:], uint64(ts.Sec))
		le.PutUint64(b[80+16*i:], uint64(ts.Nsec))
	}
}

func (t *Thread) writeStat(to uint64, e syscall.Errno) uint64 {
	if e != 0 {
		return fail(e)
	}
	var b [statSize]byte
	putStat(&b, &t.scratch.stat)
	return result(0, t.p.mem.Write(to, b[:]))
}

func sysFstat(t *Thread, a *args) uint64 {
	fd, e := t.fd(a[0])
	if e != 0 {
		return fail(e)
	}
	_, _, e = syscall.Syscall(hostNr(nrFstat), fd, pointer(&t.scratch.stat), 0)
	return t.writeStat(a[1], e)
}

func sysNewfstatat(t *Thread, a *args) uint64 {
	dir, path, e := t.pathAt(a[0], a[1], 0)
	if e != 0 {
		return fail(e)
	}
	_, _, e = syscall.Syscall6(hostNr(nrNewfstatat), dir, path, pointer(&t.scratch.stat), uintptr(a[3]), 0, 0)
	return t.writeStat(a[2], e)
}
