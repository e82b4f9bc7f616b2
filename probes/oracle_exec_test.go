package probes

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"

	"axol/jit"
	"axol/runtime/mem"
)

// The probed instructions that a real kernel executed are executed here, in every way: handlers must see the same, and
// the same must be left behind. What FP registers had was not recorded.

// Where the programs stand here. The recording's data are behind its code.
const (
	execAt   = 0x120_0000
	execData = execAt + 0x23000
	execSP   = 0x1e0_0000
	execLow  = execAt - 1<<20 // what literals can reach
	execHigh = execAt + 1<<20
)

// execRow is what is compared of a recorded run.
type execRow struct {
	oracleRun
	FinalProbed map[string]string `json:"final_probed"`
	Stack       map[string]string `json:"stack_written"`
	Data        map[string]string `json:"data_written"`
	StackProbed map[string]string `json:"stack_written_probed"`
	DataProbed  map[string]string `json:"data_written_probed"`
	NMissed     []uint64
	Register    []int
	Note        string
}

// here is a recorded value, or address, as it is here.
func here(t *testing.T, s string) uint64 {
	t.Helper()
	for name, base := range map[string]uint64{"PC": execAt, "SP": execSP, "DATA": execData} {
		if rest, ok := strings.CutPrefix(s, name); ok {
			n, _ := strconv.ParseInt(rest, 0, 64) // 0 if there is no more
			return base + uint64(n)
		}
	}
	v := oracleValue(t, s)
	if d := int64(v - oracleSymbols["PC"]); -1<<33 < d && d < 1<<33 { // what ADRP makes
		return execAt + uint64(d)
	}
	return v
}

// execWord is what the recording's data had, and its stack.
func execWord(addr uint64) uint32 {
	if addr >= execSP-0x100 {
		return 0x5a00 + 0x20 + uint32((addr-execSP)/8)
	}
	k := uint32(addr-execData) / 4
	return 0x8020e000 + k*0x01010107 + k>>5<<30
}

const execRegion = 0x100 // bytes of data and stack that are looked at

// set makes the guest what it was before the recorded run.
func (row *execRow) set(k *kernel) {
	st := k.cpu.State()
	st.V, st.FPSR, st.FPCR, st.ExSize = [32][2]uint64{}, 0, 0, 0
	for i := range st.X {
		st.X[i] = here(k.t.(*testing.T), row.Init["x"+strconv.Itoa(i)])
	}
	st.SP, st.PC = execSP, execAt
	nzcv, _ := strconv.ParseUint(row.Init["nzcv"], 0, 64)
	pstate := uint64(0x400005) | nzcv<<28
	if row.Init["irqs"] == "off" {
		pstate |= 0xc0
	}
	k.m.SetPState(k.cpu, pstate)
	for a := uint64(0); a < execRegion; a += 4 {
		k.write(execData+a, execWord(execData+a))
		k.write(execSP+a, execWord(execSP+a))
	}
	if end := here(k.t.(*testing.T), row.FinalProbed["end_pc"]); end >= execLow && end < execHigh {
		k.write(end, brk) // a row before may have had a literal there
	}
	code := make([]uint32, 0x20)
	for i := range code {
		code[i] = brk
		if 0x20 <= 4*i && 4*i < 0x40 {
			code[i] = nop // where two branches lead
		}
	}
	for i, w := range row.Words {
		code[i] = hexWord(k.t.(*testing.T), w)
	}
	k.write(execAt, code...)
	for _, w := range row.Words {
		row.literal(k, hexWord(k.t.(*testing.T), w))
	}
	k.eng.Invalidate(execLow, execHigh)
}

// literal puts what a literal load found where it will look. (That was other code.)
func (row *execRow) literal(k *kernel, word uint32) {
	if word&0x3b000000 != 0x18000000 {
		return
	}
	to := "x" + strconv.Itoa(int(word&31))
	if word&0x04000000 != 0 {
		to = "x0" // which the next instruction moves it to
	}
	v, ok := row.FinalUnprobed[to]
	if to == "x2" && len(row.Words) == 3 {
		v = row.Handlers[3].Changed[to]
	}
	if !ok {
		return
	}
	at := execAt + uint64(int64(int32(word<<8))>>13)*4
	if len(row.Words) == 3 {
		at += 4
	}
	n := here(k.t.(*testing.T), v)
	k.write(at, uint32(n))
	if word>>30 == 1 || word&0x04000000 != 0 && word>>30 > 0 {
		k.write(at+4, uint32(n>>32))
	}
}

// sees compares the guest with what a handler saw, or with the end.
func (row *execRow) sees(k *kernel, what string, r *Regs, changed map[string]string) {
	t := k.t.(*testing.T)
	t.Helper()
	for i := 0; i <= 31; i++ {
		name, got := "x"+strconv.Itoa(i), uint64(0)
		if i == 31 {
			name, got = "sp", r.SP
		} else {
			got = r.X[i]
		}
		want, ok := changed[name]
		if !ok {
			want = row.Init[name]
		}
		if got != here(t, want) {
			t.Errorf("%d %q %s: %s = %#x, want %s", row.ID, row.Asm, what, name, got, want)
		}
	}
}

// written compares memory.
func (row *execRow) written(k *kernel, base uint64, name string, want map[string]string) {
	t := k.t.(*testing.T)
	expect := map[uint64]uint64{}
	for at, v := range want {
		if a := here(t, at); a >= base && a < base+execRegion {
			n := here(t, v)
			if expect[a] = n & (1<<32 - 1); base == execSP {
				expect[a+4] = n >> 32 // the stack was recorded in pieces of 8 bytes
			}
		}
	}
	got := map[uint64]uint64{}
	for a := base; a < base+execRegion; a += 4 {
		if v, _ := k.m.cfg.Memory(a, 4); uint32(v) != execWord(a) {
			got[a] = v
		}
	}
	if !maps.Equal(got, expect) {
		t.Errorf("%d %q: %s is %x, want %x", row.ID, row.Asm, name, got, expect)
	}
}

// elsewhere is programs, by the beginning of what they are made of, whose outcome depends on what this guest has
// otherwise, and on what.
var elsewhere = map[string]string{
	"cmp sp": "kernel addresses", "adr x0,.+0x1000 ldr": "kernel addresses",
	"mrs x0,midr": "processor", "mrs x0,id_": "processor", "mrs x0,cnt": "clock", "yield": "scheduler",
	"pac": "keys of pointer authentication", "autiaz": "keys of pointer authentication",
}

// run runs a recorded program, probed as it was, and says why it is not one for this guest, if it is not.
func (row *execRow) run(k *kernel) (not string) {
	t := k.t.(*testing.T)
	text := strings.Join(row.Asm, " ")
	for begin, why := range elsewhere {
		if strings.HasPrefix(text, begin) {
			return why
		}
	}
	if strings.Contains(row.Note, "SIMD literal load is accepted") && way.placement == PlaceShadow {
		return "memory at slots"
	}
	row.set(k)
	if x := k.run(); x.Kind == jit.ExitUndefined && k.cpu.State().PC-execAt < 4*uint64(len(row.Words)) {
		return "for EL1"
	} else if x.Kind == jit.ExitFault {
		return "at kernel addresses"
	}
	row.set(k)
	n := 0
	var probes []*Kprobe
	look := func(h *Hit, name string) {
		if n >= len(row.Handlers) {
			t.Errorf("%d %q: one handler too many", row.ID, row.Asm)
			return
		}
		w := row.Handlers[n]
		var r Regs
		h.Regs(&r)
		what := fmt.Sprintf("%s of probe %d", name, w.Probe)
		pstate, _ := strconv.ParseUint(w.PState, 0, 64)
		daif, _ := strconv.ParseUint(w.HwDAIF, 0, 64)
		if h.Probe() != probes[w.Probe] || name != w.Handler || r.PC != here(t, w.PC) || r.PState != pstate || h.DAIF() != daif {
			t.Errorf("%d %q: %s at %#x, pstate %x, daif %x; want %+v", row.ID, row.Asm, what, r.PC, r.PState, h.DAIF(), w)
		}
		row.sees(k, what, &r, w.Changed)
		n++
	}
	for i, at := range row.Probes {
		p := &Kprobe{Addr: execAt + 4*uint64(at), Pre: func(h *Hit) int { look(h, "pre"); return 0 }, Post: func(h *Hit) { look(h, "post") }}
		if row.Note == "no post handler" {
			p.Post = nil
		}
		if err := k.m.Register(p); number(err) != row.Register[i] {
			t.Errorf("%d %q: probe %d: %v, want %d", row.ID, row.Asm, i, err, row.Register[i])
		}
		probes = append(probes, p)
	}
	x := k.run()
	st := k.cpu.State()
	if st.PC != here(t, row.FinalProbed["end_pc"]) || n != len(row.Handlers) {
		t.Errorf("%d %q: ended with %s at %#x after %d handlers, want %s", row.ID, row.Asm, x.Kind, st.PC, n, row.FinalProbed["end_pc"])
	}
	row.sees(k, "the end", &Regs{X: st.X, SP: st.SP}, row.FinalProbed)
	nzcv, ok := row.FinalProbed["nzcv"]
	if !ok {
		nzcv = row.Init["nzcv"]
	}
	daif, _ := strconv.ParseUint(row.FinalProbed["daif"], 0, 64)
	if ps := k.m.PState(k.cpu); ps>>28&15 != here(t, nzcv) || ps&daifAll != daif {
		t.Errorf("%d %q: pstate is %x, want nzcv %s, daif %x", row.ID, row.Asm, ps, nzcv, daif)
	}
	if row.DataProbed == nil {
		row.DataProbed = row.Data
	}
	if row.StackProbed == nil {
		row.StackProbed = row.Stack
	}
	row.written(k, execData, "data", row.DataProbed)
	row.written(k, execSP, "the stack", row.StackProbed)
	for i, p := range probes {
		if p.site == nil {
			continue
		}
		if p.Missed() != row.NMissed[i] {
			t.Errorf("%d %q: %d missed", row.ID, row.Asm, p.Missed())
		}
		if err := k.m.Unregister(p); err != nil {
			t.Error(err)
		}
	}
	return ""
}

func TestOracleExecution(t *testing.T) {
	var rows []execRow
	for _, file := range []string{"exec-6.1.jsonl.gz", "exec-random-6.1.jsonl.gz"} {
		eachJSON(t, file, func(row execRow) {
			if row.Executed {
				rows = append(rows, row)
			}
		})
	}
	forEngines(t, func(t *testing.T, cfg jit.Config) {
		k := newKernel(t, cfg, Config{}, rules61)
		for _, r := range []mem.Request{
			{Addr: execLow, Length: execHigh - execLow, Mapping: mem.Mapping{Prot: mem.Read | mem.Write | mem.Exec, Flags: mem.Anonymous}},
			{Addr: execSP - 0x10000, Length: 0x20000, Mapping: mem.Mapping{Prot: mem.Read | mem.Write, Flags: mem.Anonymous}},
		} {
			r.Place = mem.Fixed
			if _, e := k.mem.Map(r); e != 0 {
				t.Fatal(e)
			}
		}
		left := map[string]int{}
		ran := 0
		for i := range rows {
			if not := rows[i].run(k); not != "" {
				left[not]++
			} else {
				ran++
			}
		}
		t.Logf("%d programs; not for this guest: %v", ran, left)
		if ran < 2690 {
			t.Errorf("only %d of %d ran", ran, len(rows))
		}
	})
}
