package runtime

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

const (
	sysGetcwdNR, sysDupNR, sysDup3NR, sysFcntlNR, sysIoctlNR, sysMkdiratNR, sysChdirNR, sysOpenatNR, sysCloseNR = 17, 23, 24, 25, 29, 34, 49, 56, 57
	sysWriteNR, sysReadvNR, sysReadlinkatNR, sysNewfstatatNR, sysFstatNR, sysMmapNR, sysSendmsgNR, sysRecvmsgNR = 64, 65, 78, 79, 80, 222, 211, 212
)

const cwd = ^uint64(99) // AT_FDCWD

// read reads all of a file as the guest.
func read(p *Process, c *fakeCPU, path string) string {
	fd := c.svc(sysOpenatNR, cwd, p.str(work, path), 0)
	if int64(fd) < 0 {
		return syscall.Errno(-int64(fd)).Error()
	}
	defer c.svc(sysCloseNR, fd)
	var all []byte
	for {
		n := c.svc(sysReadNR, fd, work+0x1000, 4096)
		if n == 0 || int64(n) < 0 {
			return string(all)
		}
		all = append(all, p.get(work+0x1000, int(n))...)
	}
}

func TestOpenFlags(t *testing.T) {
	// On arm64 as in its uapi headers; O_TMPFILE contains O_DIRECTORY.
	for guest, host := range map[uint64]uint64{
		0x4000: syscall.O_DIRECTORY, 0x8000: syscall.O_NOFOLLOW, 0x1_0000: syscall.O_DIRECT, 0x2_0000: hostLargefile,
		0x40_4000: 0x40_0000 | syscall.O_DIRECTORY, 0x8_0241: syscall.O_CLOEXEC | syscall.O_WRONLY | syscall.O_CREAT | syscall.O_TRUNC,
	} {
		if got := toHostOpenFlags(guest); got != host {
			t.Errorf("%#x is %#x on the host, want %#x", guest, got, host)
		}
		if got := toGuestOpenFlags(host); got != guest {
			t.Errorf("host %#x is %#x, want %#x", host, got, guest)
		}
	}
}

func TestDescriptors(t *testing.T) {
	own, err := os.Open("/dev/null") // Axol's, not the guest's
	if err != nil {
		t.Fatal(err)
	}
	defer own.Close()
	bad := errno(syscall.EBADF)
	runGuest(t, Config{}, func(p *Process, c *fakeCPU) {
		fd := uint64(own.Fd())
		for _, r := range []uint64{c.svc(sysReadNR, fd, work, 1), c.svc(sysCloseNR, fd), c.svc(sysDupNR, fd), c.svc(sysDup3NR, 1, fd, 0),
			c.svc(sysMmapNR, 0, 4096, 1, mapPrivate, fd, 0), c.svc(sysOpenatNR, fd, p.str(work, "x"), 0)} {
			if r != bad {
				t.Errorf("Axol's own descriptor: %#x", r)
			}
		}
		if _, err := own.Stat(); err != nil {
			t.Error(err)
		}
		if r := c.svc(sysOpenatNR, cwd, p.str(work, "/proc/self/fd/"+strconv.Itoa(int(fd))), 0); r != errno(syscall.ENOENT) {
			t.Errorf("through /proc: %#x", r)
		}
		if r := c.svc(sysOpenatNR, cwd, p.str(work, "/proc/self/mem"), 2); r != errno(syscall.EACCES) {
			t.Errorf("/proc/self/mem: %#x", r)
		}
		a := c.svc(sysOpenatNR, cwd, p.str(work, "/dev/null"), 2)
		b := c.svc(sysFcntlNR, a, syscall.F_DUPFD, 20)
		if int64(a) < 3 || b < 20 {
			t.Errorf("opened %d, duplicated %d", a, b)
		}
		c.svc(436, a, ^uint64(0), 0) // close_range
		if r := c.svc(sysWriteNR, b, work, 1); r != bad {
			t.Errorf("open after close_range: %#x", r)
		}
	})
}

func TestProcFiles(t *testing.T) {
	runGuest(t, Config{Args: []string{"a", "b c"}, Env: []string{"X=1"}}, func(p *Process, c *fakeCPU) {
		pid := strconv.Itoa(p.pid)
		if got := read(p, c, "/proc/self/cmdline"); got != "a\x00b c\x00" {
			t.Errorf("cmdline %q", got)
		}
		if got := read(p, c, "/proc/"+pid+"/environ"); got != "X=1\x00" {
			t.Errorf("environ %q", got)
		}
		if got := read(p, c, "/proc/self/auxv"); got != string(p.auxv) || len(got)%16 != 0 {
			t.Errorf("auxv %d bytes", len(got))
		}
		maps := read(p, c, "/proc/self/task/"+pid+"/maps")
		if !strings.Contains(maps, "00400000-00401000 r-xp 00000000 ") || !strings.Contains(maps, p.exe) || !strings.Contains(maps, "[stack]") {
			t.Errorf("maps\n%s", maps)
		}
		for _, path := range []string{"/proc/self/exe", "/proc/" + pid + "/exe", "/proc/thread-self/exe"} {
			n := c.svc(sysReadlinkatNR, cwd, p.str(work, path), work+0x1000, 4096)
			if got := string(p.get(work+0x1000, int(n))); got != p.exe {
				t.Errorf("%s is %q", path, got)
			}
			if got := read(p, c, path); !strings.HasPrefix(got, "\x7fELF") || len(got) != len(tinyELF()) {
				t.Errorf("%s reads as %d bytes", path, len(got))
			}
		}
		if n := c.svc(sysReadlinkatNR, cwd, p.str(work, "/proc/self/exe"), work+0x1000, 4); n != 4 {
			t.Errorf("cut short: %d", n)
		}
	})
}

func TestRoot(t *testing.T) {
	root := t.TempDir()
	os.MkdirAll(filepath.Join(root, "etc"), 0o755)
	os.WriteFile(filepath.Join(root, "etc/passwd"), []byte("from the root"), 0o644)
	runGuest(t, Config{Root: root}, func(p *Process, c *fakeCPU) {
		if got := read(p, c, "/etc/passwd"); got != "from the root" {
			t.Errorf("%q", got)
		}
		if got := read(p, c, "/proc/self/cmdline"); got == "" {
			t.Error("what is not under the root is the host's")
		}
		if r := c.svc(sysOpenatNR, cwd, p.str(work, "/"+strings.Repeat("x", 5000)), 0); r != errno(syscall.ENAMETOOLONG) {
			t.Errorf("long path: %#x", r)
		}
	})
}

func TestWorkingDirectory(t *testing.T) {
	dir, _ := filepath.EvalSymlinks(t.TempDir())
	before, _ := os.Getwd()
	runGuest(t, Config{}, func(p *Process, c *fakeCPU) {
		getcwd := func() string {
			n := c.svc(sysGetcwdNR, work+0x1000, 4096)
			return string(bytes.TrimRight(p.get(work+0x1000, int(n)), "\x00"))
		}
		if got := getcwd(); got != before {
			t.Errorf("%q, want %q", got, before)
		}
		if r := c.svc(sysChdirNR, p.str(work, dir)); r != 0 {
			t.Fatalf("chdir: %#x", r)
		}
		if r := c.svc(sysMkdiratNR, cwd, p.str(work, "sub"), 0o755); r != 0 {
			t.Errorf("mkdir: %#x", r)
		}
		if r := c.svc(43, p.str(work, "sub"), work+0x1000); r != 0 { // statfs: a path without a folder
			t.Errorf("statfs: %#x", r)
		}
		c.svc(sysChdirNR, p.str(work, "sub"))
		if got := getcwd(); got != dir+"/sub" {
			t.Errorf("%q", got)
		}
		if r := c.svc(sysChdirNR, p.str(work, "none")); r != errno(syscall.ENOENT) {
			t.Errorf("chdir to nowhere: %#x", r)
		}
		if r := c.svc(sysGetcwdNR, work+0x1000, 3); r != errno(syscall.ERANGE) {
			t.Errorf("getcwd: %#x", r)
		}
	})
	if after, _ := os.Getwd(); after != before {
		t.Errorf("Axol is in %q now", after)
	}
	if _, err := os.Stat(filepath.Join(dir, "sub")); err != nil {
		t.Error(err)
	}
}

func TestStat(t *testing.T) {
	file := filepath.Join(t.TempDir(), "f")
	os.WriteFile(file, make([]byte, 12345), 0o640)
	var st syscall.Stat_t
	syscall.Stat(file, &st)
	runGuest(t, Config{}, func(p *Process, c *fakeCPU) {
		if r := c.svc(sysNewfstatatNR, cwd, p.str(work, file), work+0x1000, 0); r != 0 {
			t.Fatalf("newfstatat: %#x", r)
		}
		b, le := p.get(work+0x1000, statSize), binary.LittleEndian
		// Offsets of struct stat in asm-generic/stat.h.
		if le.Uint64(b[0:]) != st.Dev || le.Uint64(b[8:]) != st.Ino || le.Uint32(b[16:]) != st.Mode || uint64(le.Uint32(b[20:])) != uint64(st.Nlink) ||
			le.Uint32(b[24:]) != st.Uid || le.Uint64(b[48:]) != 12345 || int64(le.Uint32(b[56:])) != int64(st.Blksize) || int64(le.Uint64(b[64:])) != st.Blocks ||
			int64(le.Uint64(b[88:])) != st.Mtim.Sec || int64(le.Uint64(b[96:])) != st.Mtim.Nsec {
			t.Errorf("% x\n%+v", b, st)
		}
		if r := c.svc(sysFstatNR, 99, work); r != errno(syscall.EBADF) {
			t.Errorf("fstat: %#x", r)
		}
	})
}

func TestVectors(t *testing.T) {
	runGuest(t, Config{}, func(p *Process, c *fakeCPU) {
		c.svc(sysPipe2NR, work, 0)
		rd, wr := uint64(p.get(work, 8)[0]), uint64(p.get(work, 8)[4])
		c.svc(sysWriteNR, wr, p.str(work, "hello world"), 11)
		var v []byte
		for _, x := range []uint64{work + 0x100, 6, 0, 0, work + 0x200, 5} {
			v = binary.LittleEndian.AppendUint64(v, x)
		}
		if n := c.svc(sysReadvNR, rd, p.put(work+0x300, v), 3); n != 11 || string(p.get(work+0x200, 5)) != "world" {
			t.Errorf("readv %#x: %q", n, p.get(work+0x200, 5))
		}
		for _, bad := range [][2]uint64{{work, 1025}, {1, 1}, {1 << 50, 1}} {
			if r := c.svc(sysReadvNR, rd, bad[0], bad[1]); r != errno(syscall.EINVAL) && r != errno(syscall.EFAULT) {
				t.Errorf("readv(%#x, %d) = %#x", bad[0], bad[1], r)
			}
		}
	})
}

func TestIoctl(t *testing.T) {
	var said []string
	runGuest(t, Config{Warn: func(l string) { said = append(said, l) }}, func(p *Process, c *fakeCPU) {
		c.svc(sysPipe2NR, work, 0)
		rd, wr := uint64(p.get(work, 8)[0]), uint64(p.get(work, 8)[4])
		c.svc(sysWriteNR, wr, work, 7)
		if r := c.svc(sysIoctlNR, rd, 0x541B, work+64); r != 0 || p.get(work+64, 1)[0] != 7 {
			t.Errorf("FIONREAD: %#x", r)
		}
		if r := c.svc(sysIoctlNR, rd, 0xDEAD, work); r != errno(syscall.ENOTTY) {
			t.Errorf("unknown request: %#x", r)
		}
	})
	if len(said) != 1 || said[0] != "axol: ioctl request 0xdead is not supported" {
		t.Errorf("said %q", said)
	}
}

func TestEpoll(t *testing.T) {
	runGuest(t, Config{}, func(p *Process, c *fakeCPU) {
		c.svc(sysPipe2NR, work, 0)
		rd, wr := uint64(p.get(work, 8)[0]), uint64(p.get(work, 8)[4])
		ep := c.svc(20, 0)
		var ev [16]byte // not packed on arm64
		binary.LittleEndian.PutUint32(ev[0:], 1)
		binary.LittleEndian.PutUint64(ev[8:], 0x1122334455667788)
		if r := c.svc(21, ep, 1, rd, p.put(work+64, ev[:])); r != 0 {
			t.Fatalf("epoll_ctl: %#x", r)
		}
		if n := c.svc(22, ep, work+128, 4, 0, 0, 8); n != 0 {
			t.Errorf("nothing there: %#x", n)
		}
		c.svc(sysWriteNR, wr, work, 1)
		if n := c.svc(22, ep, work+128, 4, ^uint64(0), 0, 8); n != 1 || !bytes.Equal(p.get(work+128, 16), ev[:]) {
			t.Errorf("epoll_pwait %#x: % x", n, p.get(work+128, 16))
		}
	})
}

// Descriptors in messages must be the guest's, and become the guest's.
func TestPassingDescriptors(t *testing.T) {
	own, _ := os.Open("/dev/null")
	defer own.Close()
	runGuest(t, Config{}, func(p *Process, c *fakeCPU) {
		le := binary.LittleEndian
		if r := c.svc(199, 1, 1, 0, work); r != 0 { // socketpair
			t.Fatalf("socketpair: %#x", r)
		}
		a, b := uint64(p.get(work, 8)[0]), uint64(p.get(work, 8)[4])
		msg := func(fd uint64) uint64 {
			var m [msghdrSize]byte
			var iov [16]byte
			var ctl [24]byte
			le.PutUint64(iov[0:], work+0x800)
			le.PutUint64(iov[8:], 1)
			le.PutUint64(ctl[0:], 20)
			le.PutUint32(ctl[8:], solSocket)
			le.PutUint32(ctl[12:], scmRights)
			le.PutUint32(ctl[16:], uint32(fd))
			le.PutUint64(m[16:], p.put(work+0x500, iov[:]))
			le.PutUint64(m[24:], 1)
			le.PutUint64(m[32:], p.put(work+0x600, ctl[:]))
			le.PutUint64(m[40:], 24)
			return p.put(work+0x400, m[:])
		}
		if r := c.svc(sysSendmsgNR, a, msg(uint64(own.Fd())), 0); r != errno(syscall.EBADF) {
			t.Errorf("Axol's own descriptor was sent: %#x", r)
		}
		if r := c.svc(sysSendmsgNR, a, msg(a), 0); r != 1 {
			t.Fatalf("sendmsg: %#x", r)
		}
		if r := c.svc(sysRecvmsgNR, b, msg(0), 0); r != 1 {
			t.Fatalf("recvmsg: %#x", r)
		}
		got := uint64(le.Uint32(p.get(work+0x600, 24)[16:]))
		if got == a || !p.fds.has(int32(got)) {
			t.Errorf("received descriptor %d", got)
		}
		if r := c.svc(sysWriteNR, got, work, 1); r != 1 {
			t.Errorf("writing to it: %#x", r)
		}
		if r := c.svc(208, a, solSocket, 26, work, 16); r != errno(syscall.ENOPROTOOPT) {
			t.Errorf("SO_ATTACH_FILTER: %#x", r)
		}
	})
}

func TestMemoryCalls(t *testing.T) {
	runGuest(t, Config{}, func(p *Process, c *fakeCPU) {
		at := c.svc(sysMmapNR, 0, 8192, 3, mapPrivate|mapAnonymous, ^uint64(0), 0)
		if int64(at) < 0 || at%4096 != 0 || at+8192 != p.mmapTop {
			t.Fatalf("mmap: %#x", at)
		}
		for _, bad := range []struct {
			args []uint64
			want syscall.Errno
		}{
			{[]uint64{0, 0, 3, 0x22}, syscall.EINVAL}, {[]uint64{0, 4096, 3, 0x20}, syscall.EINVAL},
			{[]uint64{0, 4096, 3, 0x32}, syscall.EPERM}, {[]uint64{at + 1, 4096, 3, 0x32}, syscall.EINVAL}, {[]uint64{at, 4096, 3, 0x10_0022}, syscall.EEXIST},
			{[]uint64{0, 1 << 60, 3, 0x22}, syscall.ENOMEM}, {[]uint64{0, ^uint64(0), 3, 0x22}, syscall.ENOMEM}, {[]uint64{0, 4096, 3, 2, 98}, syscall.EBADF},
		} {
			if r := c.svc(sysMmapNR, bad.args...); r != errno(bad.want) {
				t.Errorf("mmap(%#x) = %#x, want %v", bad.args, r, bad.want)
			}
		}
		// Bits of the protection that nobody knows are nothing to mmap, and an error to mprotect.
		odd := c.svc(sysMmapNR, 0, 4096, 0x43, mapPrivate|mapAnonymous, ^uint64(0), 0)
		if int64(odd) < 0 || c.svc(226, odd, 4096, 0x43) != errno(syscall.EINVAL) || c.svc(215, odd, 4096) != 0 {
			t.Errorf("mmap with an unknown protection: %#x", odd)
		}
		first := c.svc(214, 0)
		if c.svc(214, first+10000) != first+10000 {
			t.Errorf("brk at %#x", first)
		}
		if e := p.mem.Write(first, make([]byte, 10000)); e != 0 {
			t.Errorf("the heap: %v", e)
		}
		if r := c.svc(214, 5); r != first+10000 {
			t.Errorf("brk below its start: %#x", r)
		}
		c.svc(214, first)
		if p.mem.Covered((first+4095)&^4095, 1) {
			t.Error("brk does not give memory back")
		}
		if r := c.svc(233, at, 8192, 4); r != 0 {
			t.Errorf("madvise: %#x", r)
		}
		if r := c.svc(167, prSetVMA, 0, at, 8192, p.str(work, "name")); r != 0 {
			t.Errorf("naming memory: %#x", r)
		}
		if v, _ := p.mem.Find(at); v.Name != "[anon:name]" {
			t.Errorf("%v", v)
		}
		if r := c.svc(232, at, 8192, work); r != 0 {
			t.Errorf("mincore: %#x", r)
		}
		if r := c.svc(215, at, 8192); r != 0 || p.mem.Covered(at, 1) {
			t.Errorf("munmap: %#x", r)
		}
		if r := c.svc(233, at, 8192, 4); r != errno(syscall.ENOMEM) {
			t.Errorf("madvise of nothing: %#x", r)
		}
	})
}

func TestUname(t *testing.T) {
	runGuest(t, Config{}, func(p *Process, c *fakeCPU) {
		c.svc(160, work)
		if got := string(p.get(work+4*65, 8)); got != "aarch64\x00" {
			t.Errorf("machine %q", got)
		}
		if got := string(p.get(work, 6)); got != "Linux\x00" {
			t.Errorf("sysname %q", got)
		}
	})
}

func TestLimits(t *testing.T) {
	runGuest(t, Config{}, func(p *Process, c *fakeCPU) {
		c.svc(261, 0, rlimitStack, 0, work)
		if soft, _ := p.mem.Read64(work); soft != stackSize {
			t.Errorf("stack limit %d", soft)
		}
		var b [16]byte
		binary.LittleEndian.PutUint64(b[0:], 1<<30)
		binary.LittleEndian.PutUint64(b[8:], 1<<30)
		if r := c.svc(261, 0, 9, p.put(work, b[:]), 0); r != 0 { // RLIMIT_AS
			t.Errorf("setting a limit: %#x", r)
		}
		c.svc(261, 0, 9, 0, work+64)
		if soft, _ := p.mem.Read64(work + 64); soft != 1<<30 {
			t.Errorf("limit %d", soft)
		}
		var own syscall.Rlimit
		if syscall.Getrlimit(syscall.RLIMIT_AS, &own); own.Cur == 1<<30 {
			t.Error("the limit became Axol's")
		}
	})
}

// A guest that replaces its standard descriptors does not take Axol's.
func TestStandardDescriptors(t *testing.T) {
	var before, after syscall.Stat_t
	syscall.Fstat(1, &before)
	runGuest(t, Config{}, func(p *Process, c *fakeCPU) {
		fd := c.svc(sysOpenatNR, cwd, p.str(work, filepath.Join(t.TempDir(), "out")), 0x241, 0o644)
		for _, std := range []uint64{1, 2} {
			if r := c.svc(sysDup3NR, fd, std, 0); r != std {
				t.Errorf("dup3: %#x", r)
			}
		}
		c.svc(sysCloseNR, 0)
		p.stdio.stderr("standard error is still Axol's")
		var st syscall.Stat_t
		if syscall.Fstat(int(fd), &st); st.Size != 0 {
			t.Error("Axol's message went to the guest's file")
		}
	})
	if syscall.Fstat(1, &after); after.Ino != before.Ino || after.Dev != before.Dev {
		t.Error("standard output is the guest's file")
	}
	if err := syscall.Fstat(0, &after); err != nil {
		t.Errorf("standard input: %v", err)
	}
}

// /proc says what the guest has, not what Axol has.
func TestProcStatus(t *testing.T) {
	runGuest(t, Config{}, func(p *Process, c *fakeCPU) {
		action(p, c, syscall.SIGUSR1, sigIgn, 0, 0)
		action(p, c, syscall.SIGUSR2, 0x400100, 0, 0)
		c.svc(sysSigprocmaskNR, 0, p.words(work, 1<<(syscall.SIGHUP-1)), 0, 8)
		status := string(p.statusFile())
		for _, want := range []string{
			"\nVmSize:\t" + fmt.Sprintf("%8d kB", p.mapped()/1024), "\nThreads:\t1\n", "\nSigBlk:\t0000000000000001\n",
			"\nSigIgn:\t0000000000000200\n", "\nSigCgt:\t0000000000000800\n", fmt.Sprintf("\nPid:\t%d\n", p.pid),
		} {
			if !strings.Contains(status, want) {
				t.Errorf("status has no %q:\n%s", want, status)
			}
		}
		f := strings.Fields(string(p.statFile()))
		if goruntime.GOARCH == "arm64" && len(f) < 50 {
			t.Log("QEMU's /proc/self/stat has not got all that the kernel's has")
			return
		}
		if len(f) < 50 || f[0] != strconv.Itoa(p.pid) || f[19] != "1" || f[22] != strconv.FormatUint(p.mapped(), 10) || f[27] != strconv.FormatUint(p.start.sp, 10) {
			t.Errorf("stat: %q", f)
		}
		if f := strings.Fields(string(p.statmFile())); len(f) != 7 || f[0] != strconv.FormatUint(p.mapped()/4096, 10) {
			t.Errorf("statm: %q", f)
		}
		for _, path := range []string{"/proc/self/status", "/proc/thread-self/stat", "/proc/self/statm"} {
			fd := c.svc(56, uint64(hostCWD), p.str(work, path), 0)
			if n := c.svc(63, fd, work, 4096); int64(n) <= 0 {
				t.Errorf("%s: %d", path, int64(n))
			}
		}
	})
}

// A guest stays who it is.
func TestSetID(t *testing.T) {
	var lines []string
	runGuest(t, Config{Warn: func(l string) { lines = append(lines, l) }}, func(p *Process, c *fakeCPU) {
		uid, gid, keep := uint64(syscall.Getuid()), uint64(syscall.Getgid()), uint64(1<<32-1)
		for _, same := range [][4]uint64{{146, uid}, {144, gid}, {145, keep, uid}, {143, gid, keep}, {147, keep, keep, keep}, {149, gid, gid, gid}} {
			if r := c.svc(same[0], same[1:]...); r != 0 {
				t.Errorf("call %d: %#x", same[0], r)
			}
		}
		for _, other := range [][4]uint64{{146, uid + 1}, {144, gid + 1}, {145, uid + 1, keep}, {143, keep, gid + 1}, {147, keep, keep, uid + 1}, {149, gid + 1, keep, keep}} {
			if r := c.svc(other[0], other[1:]...); r != errno(syscall.EPERM) {
				t.Errorf("call %d for another: %#x", other[0], r)
			}
		}
	})
	if len(lines) != 6 {
		t.Errorf("said %q", lines)
	}
}

// RLIMIT_NOFILE holds for the guest's descriptors, and not for Axol's own.
func TestDescriptorLimit(t *testing.T) {
	runGuest(t, Config{}, func(p *Process, c *fakeCPU) {
		if r := c.svc(164, 7, p.words(work, 10, 10)); r != 0 { // setrlimit
			t.Fatalf("setrlimit: %#x", r)
		}
		path := p.str(work+0x100, "/dev/null")
		var fds []uint64
		for {
			fd := c.svc(56, uint64(hostCWD), path, 0)
			if fd == errno(syscall.EMFILE) {
				break
			}
			if int64(fd) < 0 || fd >= 10 {
				t.Fatalf("open: %d", int64(fd))
			}
			fds = append(fds, fd)
		}
		if r := c.svc(24, fds[0], 10, 0); r != errno(syscall.EBADF) { // dup3
			t.Errorf("dup3 beyond the limit: %#x", r)
		}
		if r := c.svc(25, fds[0], 0, 10); r != errno(syscall.EINVAL) { // F_DUPFD
			t.Errorf("F_DUPFD beyond the limit: %#x", r)
		}
		for _, fd := range fds {
			c.svc(57, fd)
		}
		if _, _, fd, e := p.command(&Handover{}, "x"); e != 0 { // needs a descriptor of Axol's own
			t.Errorf("handover: %v", e)
		} else {
			syscall.Close(fd)
		}
	})
}
