package trial_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"reflect"
	goruntime "runtime"
	"slices"
	"strconv"
	"testing"

	"axol/jit"
	"axol/jit/a64"
	"axol/jit/trial"
	"axol/runtime/mem"
)

// engines are what every trial is run by, besides QEMU: the interpreter, and the translator
// with each optimisation and each feature of the host switched off.
var engines = func() []engine {
	all := jit.DetectHost()
	list := []engine{
		{"interp", jit.Config{Interp: true}},
		{"jit", jit.Config{}},
		{"no forward", jit.Config{Off: jit.Off{Forward: true}}},
		{"no fold", jit.Config{Off: jit.Off{Fold: true}}},
		{"no dead writes", jit.Config{Off: jit.Off{DeadWrites: true}}},
		{"no regions", jit.Config{Off: jit.Off{Regions: true}}},
		{"no links", jit.Config{Off: jit.Off{Links: true}}},
		{"no jump cache", jit.Config{Off: jit.Off{JumpCache: true}}},
		{"oldest host, nothing on", jit.Config{Host: &jit.HostFeatures{}, Off: jit.Off{
			Forward: true, Fold: true, DeadWrites: true, Regions: true, Links: true, JumpCache: true}}},
		{"oldest host", jit.Config{Host: &jit.HostFeatures{}}},
	}
	fields := reflect.TypeFor[jit.HostFeatures]()
	for i := range fields.NumField() {
		host := all
		reflect.ValueOf(&host).Elem().Field(i).SetBool(false)
		list = append(list, engine{"no " + fields.Field(i).Name, jit.Config{Host: &host}})
	}
	return list
}()

type engine struct {
	name string
	cfg  jit.Config
}

// run runs the program and returns the states its trials end in.
func (e *engine) run(t *testing.T, im *trial.Image, trials []trial.Trial) []trial.State {
	t.Helper()
	reserve := mem.Reserve
	if e.cfg.Interp {
		reserve = mem.ReserveConfined
	}
	m, err := reserve()
	if err != nil {
		t.Fatal(err)
	}
	defer m.Release()
	size := uint64(len(im.Mem)+mem.PageSize-1) &^ (mem.PageSize - 1)
	if _, errno := m.Map(mem.Request{Addr: trial.Base, Length: size, Place: mem.Fixed,
		Mapping: mem.Mapping{Prot: mem.Read | mem.Write | mem.Exec, Flags: mem.Anonymous}}); errno != 0 {
		t.Fatal(errno)
	}
	if errno := m.Write(trial.Base, im.Mem); errno != 0 {
		t.Fatal(errno)
	}
	cfg := e.cfg
	cfg.Guest, cfg.MemBase, cfg.MemLimit, cfg.Strict = m, m.Base(), m.Limit(), true
	eng, err := jit.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer eng.Close()
	cpu, err := eng.NewCPU()
	if err != nil {
		t.Fatal(err)
	}
	defer cpu.Close()
	goruntime.LockOSThread()
	defer goruntime.UnlockOSThread()
	st := cpu.State()
	st.PC = im.Entry
	for i := range st.Keys {
		st.Keys[i] = [2]uint64{rand.Uint64(), rand.Uint64()}
	}
	ex := cpu.Run()
	for ex.Kind == jit.ExitWait {
		ex = cpu.Run()
	}
	if ex.Kind != jit.ExitSVC {
		i := trial.Running(st.X[28])
		t.Fatalf("%s: trial %d, %s: %s %#x at %#x", e.name, i, &trials[i], ex.Kind, ex.Addr, st.PC)
	}
	addr, n := im.FirstState()
	b := make([]byte, n)
	if errno := m.Read(addr, b); errno != 0 {
		t.Fatal(errno)
	}
	states, err := trial.States(b, len(trials))
	if err != nil {
		t.Fatal(err)
	}
	return states
}

func qemu(t testing.TB) string {
	t.Helper()
	name := os.Getenv("AXOL_QEMU")
	if name == "" {
		name = "qemu-aarch64-static"
	}
	tool, err := exec.LookPath(name)
	if err != nil {
		t.Skip("needs qemu-aarch64-static (qemu-user-static)")
	}
	return tool
}

// expect is what QEMU says. When it dies, expect finds the trial it dies of.
func expect(t *testing.T, tool string, trials []trial.Trial) []trial.State {
	t.Helper()
	states, err := trial.Build(trials).QEMU(tool, t.TempDir())
	if err == nil {
		return states
	}
	lo, hi := 0, len(trials)
	for hi-lo > 1 { // each trial stays where it is, because its memory does
		some := slices.Clone(trials)
		mid := (lo + hi) / 2
		for i := range some {
			if i < lo || i >= mid {
				some[i].Words = nil
			}
		}
		if _, err := trial.Build(some).QEMU(tool, t.TempDir()); err == nil {
			lo = mid
		} else {
			hi = mid
		}
	}
	t.Fatalf("%v: %s", err, &trials[lo])
	return nil
}

// batch is how many trials are one program.
const batch = 4096

// samples is how many trials each line gets: AXOL_SAMPLES, else few enough for every day.
func samples(t *testing.T) int {
	if s := os.Getenv("AXOL_SAMPLES"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if testing.Short() {
		return 2
	}
	return 12
}

// TestEveryLine holds every engine against QEMU: random instructions of every line of the table,
// on random states with many edges in them, in every floating-point mode.
func TestEveryLine(t *testing.T) {
	tool := qemu(t)
	each := samples(t)
	lines := trial.Lines()
	count := 0
	seed := uint64(1)
	if s := os.Getenv("AXOL_SEED"); s != "" {
		fmt.Sscan(s, &seed)
	}
	for len(lines) > 0 {
		n := min(len(lines), max(1, batch/each))
		trials := trial.Make(lines[:n], each, seed)
		lines = lines[n:]
		count += len(trials)
		want := expect(t, tool, trials)
		im := trial.Build(trials)
		for i := range engines {
			compare(t, engines[i].name, trials, engines[i].run(t, im, trials), want)
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	t.Logf("%d lines, %d trials, %d engines", len(trial.Lines()), count, len(engines))
}

// compare reports the differences of the first trials of each line.
func compare(t *testing.T, engine string, trials []trial.Trial, got, want []trial.State) {
	t.Helper()
	seen := map[a64.Op]int{}
	for i := range trials {
		tr := &trials[i]
		if d := difference(&tr.Start, &got[i], &want[i]); d != "" {
			if seen[tr.Line.Op]++; seen[tr.Line.Op] <= 2 {
				t.Errorf("%s: %s%s", engine, tr, d)
			}
		}
	}
}

// difference describes how two states differ.
func difference(start, got, want *trial.State) (s string) {
	note := func(name string, a, g, w any) {
		if g != w {
			s += fmt.Sprintf("\n\t%s was %#x: %#x, qemu %#x", name, a, g, w)
		}
	}
	if *got == *want {
		return ""
	}
	for i := range want.X {
		note(fmt.Sprintf("X%d", i), start.X[i], got.X[i], want.X[i])
	}
	for i := range want.V {
		note(fmt.Sprintf("V%d", i), start.V[i], got.V[i], want.V[i])
	}
	for i := range want.Mem {
		note(fmt.Sprintf("Mem+%d", 8*i), start.Mem[i], got.Mem[i], want.Mem[i])
	}
	note("SP", start.SP, got.SP, want.SP)
	note("NZCV", start.NZCV, got.NZCV, want.NZCV)
	note("FPSR", start.FPSR, got.FPSR, want.FPSR)
	note("FPCR", start.FPCR, got.FPCR, want.FPCR)
	return s
}

// TestConditions: each condition on all flags, by a branch, a selection and a comparison.
func TestConditions(t *testing.T) {
	tool := qemu(t)
	const movX27, nop = 0xd280003b, 0xd503201f
	var trials []trial.Trial
	for i := range uint32(256) {
		cond, nzcv := i>>4, uint64(i&15)<<28
		for _, words := range [][]uint32{
			{0x54000040 | cond, movX27, nop}, // b.cond .+8
			{0x9a800020 | cond<<12},          // csel
			{0xfa410005 | cond<<12},          // ccmp x0, x1, #5, cond
		} {
			tr := trial.Trial{Line: a64.Decode(words[0]).Op.Info(), Words: words}
			tr.Start.X[0], tr.Start.X[1], tr.Start.NZCV = uint64(i), 1<<63, nzcv
			trials = append(trials, tr)
		}
	}
	want, im := expect(t, tool, trials), trial.Build(trials)
	for i := range engines {
		compare(t, engines[i].name, trials, engines[i].run(t, im, trials), want)
	}
}
