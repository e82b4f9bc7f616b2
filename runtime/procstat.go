package runtime

import (
	"bytes"
	"fmt"
	"os"
	"strconv"

	"axol/runtime/mem"
)

// What /proc says of the size of a process, its threads and its signals: of the guest, not of Axol, whose
// reservation is terabytes. The rest, as its parent or its processor time, is the host's.

// statusFile is /proc/self/status.
func (p *Process) statusFile() []byte {
	host, _ := os.ReadFile("/proc/self/status") // nothing, if there is no /proc
	size := fmt.Sprintf("%8d kB", p.mapped()/1024)
	s := p.signalSets()
	guest := map[string]string{
		"VmPeak": size, "VmSize": size, "Threads": strconv.Itoa(s.threads),
		"SigPnd": s.pending.hex(), "ShdPnd": s.shared.hex(), "SigBlk": s.blocked.hex(), "SigIgn": s.ignored.hex(), "SigCgt": s.caught.hex(),
	}
	var b []byte
	for line := range bytes.Lines(host) {
		name, _, _ := bytes.Cut(line, []byte(":"))
		if v, ok := guest[string(name)]; ok {
			line = fmt.Appendf(nil, "%s:\t%s\n", name, v)
		}
		b = append(b, line...)
	}
	return b
}

// Fields of /proc/self/stat, counted from the state, which is the first behind the name.
const (
	statThreads    = 17
	statBytes      = 20
	statStackStart = 25
)

// statFile is /proc/self/stat.
func (p *Process) statFile() []byte {
	host, _ := os.ReadFile("/proc/self/stat")
	end := bytes.LastIndexByte(host, ')') + 1
	f := bytes.Fields(host[end:])
	if len(f) <= statStackStart {
		return host
	}
	f[statThreads] = strconv.AppendInt(nil, int64(p.signalSets().threads), 10)
	f[statBytes] = strconv.AppendUint(nil, p.mapped(), 10)
	f[statStackStart] = strconv.AppendUint(nil, p.start.sp, 10)
	return append(append(host[:end:end], ' '), append(bytes.Join(f, []byte(" ")), '\n')...)
}

// statmFile is /proc/self/statm.
func (p *Process) statmFile() []byte {
	host, _ := os.ReadFile("/proc/self/statm")
	_, rest, _ := bytes.Cut(host, []byte(" "))
	return append(fmt.Appendf(nil, "%d ", p.mapped()/mem.PageSize), rest...)
}

// mapped is the size of the guest's address space.
func (p *Process) mapped() (n uint64) {
	for _, v := range p.mem.Mappings() {
		n += v.Hi - v.Lo
	}
	return n
}

type signalSets struct {
	threads                                   int
	pending, shared, blocked, ignored, caught sigSet
}

func (s sigSet) hex() string { return fmt.Sprintf("%016x", uint64(s)) }

// signalSets is the state of signals of the first thread.
func (p *Process) signalSets() (s signalSets) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s.threads, s.shared = len(p.threads), p.pending.set
	if t := p.threads[p.pid]; t != nil {
		s.pending, s.blocked = t.pendingSigs.set, t.blocked
	}
	for n := range p.actions[1:] {
		switch p.actions[n+1].handler {
		case sigDfl:
		case sigIgn:
			s.ignored |= 1 << n
		default:
			s.caught |= 1 << n
		}
	}
	return s
}
