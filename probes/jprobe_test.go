package probes

import (
	"fmt"
	"strings"
	"syscall"
	"testing"

	"axol/jit"
)

// jprobeForms are the ways that the series went: registers only, and with the top of the stack.
var jprobeForms = []bool{false, true}

func forJprobes(t *testing.T, f func(t *testing.T, k *kernel, stack bool)) {
	for _, stack := range jprobeForms {
		t.Run(fmt.Sprintf("stack=%t", stack), func(t *testing.T) {
			forEngines(t, func(t *testing.T, cfg jit.Config) {
				f(t, newKernel(t, cfg, Config{JprobeStack: stack}, "linux-4.8"), stack)
			})
		})
	}
}

// The handler is guest code: it sees the arguments, what it does to registers is undone, what it does to memory is
// not, but for the stack in the form that puts it back.
func TestJprobe(t *testing.T) {
	forJprobes(t, func(t *testing.T, k *kernel, stack bool) {
		const entry = kernelAt + 0x1000
		k.write(entry,
			0xf9000380, // str x0, [x28]
			0xd28009a0, // mov x0, #77
			0xd28009d3, // mov x19, #78
			0xf90007e0, // str x0, [sp, #8]
			0xeb1f03ff, // cmp sp, xzr
			0xaa1503fe, // mov x30, x21: the stubs are out of a branch's reach
			ret)
		jp := &Jprobe{Kprobe: Kprobe{Symbol: "kf_empty"}, Entry: entry}
		if err := k.m.RegisterJprobe(jp); err != nil {
			t.Fatal(err)
		}
		st := k.cpu.State()
		for range 3 {
			k.m.cfg.Write(stackAt-0x40+8, 8, 5)
			k.start("kf_empty", 10)
			st.SP, st.X[28], st.X[19], st.X[21] = stackAt-0x40, dataAt, 19, k.m.JprobeReturn()
			k.runToBreak(callAt + 0x40)
			seen, _ := k.m.cfg.Memory(dataAt, 8)
			top, _ := k.m.cfg.Memory(stackAt-0x40+8, 8)
			want := uint64(77)
			if stack {
				want = 5
			}
			if st.X[0] != 11 || st.X[19] != 19 || seen != 10 || top != want || st.SP != stackAt-0x40 || k.m.PState(k.cpu) != pstateBL {
				t.Errorf("x0 %d, x19 %d, argument %d, stack %d, PSTATE %x", st.X[0], st.X[19], seen, top, k.m.PState(k.cpu))
			}
		}
		if k.m.Hits(&jp.Kprobe) != 3 || jp.Missed() != 0 {
			t.Errorf("%d hits, %d missed", k.m.Hits(&jp.Kprobe), jp.Missed())
		}
		if err := k.m.UnregisterJprobe(jp); err != nil {
			t.Error(err)
		}
	})
}

// What a jprobe's handler calls is missed, also by a probe that only counts; behind jprobe_return it is not.
func TestJprobeMisses(t *testing.T) {
	forJprobes(t, func(t *testing.T, k *kernel, _ bool) {
		p, q := counter("kf_b2"), &Kprobe{Symbol: "kf_b3"}
		jp := &Jprobe{Kprobe: Kprobe{Symbol: "kf_empty"}, Handler: func(h *Hit) {
			for _, fn := range []string{"kf_b2", "kf_b3"} {
				if _, err := h.Call(k.addr[fn], 1); err != nil {
					t.Error(err)
				}
			}
		}}
		k.register(&p.Kprobe, q)
		if err := k.m.RegisterJprobe(jp); err != nil {
			t.Fatal(err)
		}
		if r := k.call("kf_empty", callAt+0x40, pstateBL, 10); r != 11 {
			t.Errorf("x0 = %d", r)
		}
		p.want(t, 0, 0, 1)
		if q.Missed() != 1 || k.m.Hits(q) != 0 {
			t.Errorf("%d missed, %d hits", q.Missed(), k.m.Hits(q))
		}
		k.call("kf_b2", callAt+0x40, pstateBL, 10)
		k.call("kf_b3", callAt+0x40, pstateBL, 10)
		p.want(t, 1, 1, 1)
		if q.Missed() != 1 || k.m.Hits(q) != 1 {
			t.Errorf("%d missed, %d hits", q.Missed(), k.m.Hits(q))
		}
	})
}

// A handler that comes back with another stack pointer is the end of the guest, and both sets of registers are shown.
func TestJprobeStackPointer(t *testing.T) {
	forJprobes(t, func(t *testing.T, k *kernel, _ bool) {
		const entry = kernelAt + 0x1000
		k.write(entry, 0xd10043ff, ret) // sub sp, sp, #16
		jp := &Jprobe{Kprobe: Kprobe{Symbol: "kf_empty"}, Entry: entry}
		if err := k.m.RegisterJprobe(jp); err != nil {
			t.Fatal(err)
		}
		k.start("kf_empty", 10)
		k.cpu.State().X[30] = k.m.stubs.jprobeBreak // past where SP is loaded
		if x := k.run(); x.Kind != jit.ExitDead {
			t.Errorf("%s", x.Kind)
		}
		k.reported(fmt.Sprintf("current sp %x does not match saved sp %x", stackAt-16, stackAt), "Saved registers for jprobe", "kernel BUG")
	})
}

// A jprobe among kprobes runs last.
func TestJprobeInAggregate(t *testing.T) {
	forJprobes(t, func(t *testing.T, k *kernel, _ bool) {
		var order []string
		named := func(name string) *Kprobe {
			return &Kprobe{Symbol: "kf_empty",
				Pre:  func(*Hit) int { order = append(order, name); return 0 },
				Post: func(*Hit) { order = append(order, name+"'") }}
		}
		jp := &Jprobe{Kprobe: Kprobe{Symbol: "kf_empty"}, Handler: func(h *Hit) { order = append(order, "j") }}
		k.register(named("a"))
		if err := k.m.RegisterJprobe(jp); err != nil {
			t.Fatal(err)
		}
		k.register(named("b"))
		if r := k.call("kf_empty", callAt+0x40, pstateBL, 10); r != 11 {
			t.Errorf("x0 = %d", r)
		}
		if got := strings.Join(order, " "); got != "b a j b' a'" {
			t.Errorf("order is %s", got)
		}
		wantErrno(t, k.m.RegisterJprobe(&Jprobe{Kprobe: Kprobe{Symbol: "kf_empty"}, Entry: 4}), syscall.EEXIST)
	})
}

func TestJprobeErrors(t *testing.T) {
	for i, c := range []struct {
		rules string
		jp    *Jprobe
		errno syscall.Errno
	}{
		{"linux-4.15", &Jprobe{Kprobe: Kprobe{Symbol: "kf_empty"}, Entry: 4}, syscall.ENOSYS},
		{rules61, &Jprobe{Kprobe: Kprobe{Symbol: "kf_empty"}, Entry: 4}, syscall.ENOSYS},
		{"linux-4.14", &Jprobe{Kprobe: Kprobe{Symbol: "kf_multi", Offset: 4}, Entry: 4}, syscall.EINVAL},
		{"linux-4.8", &Jprobe{Kprobe: Kprobe{Symbol: "kf_empty"}}, syscall.EINVAL},
		{"linux-4.8", &Jprobe{Kprobe: Kprobe{Symbol: "kf_empty"}, Entry: 4, Handler: func(*Hit) {}}, syscall.EINVAL},
		{"linux-4.8", &Jprobe{Kprobe: Kprobe{Symbol: "nowhere"}, Entry: 4}, syscall.ENOENT},
	} {
		t.Run(fmt.Sprintf("%s-%d", c.rules, i), func(t *testing.T) {
			k := newKernel(t, jit.Config{Interp: true}, Config{}, c.rules)
			wantErrno(t, k.m.RegisterJprobe(c.jp), c.errno)
		})
	}
	k := newKernel(t, jit.Config{Interp: true}, Config{}, "linux-4.8")
	good := &Jprobe{Kprobe: Kprobe{Symbol: "kf_empty"}, Entry: 4}
	wantErrno(t, k.m.RegisterJprobes([]*Jprobe{good, {Kprobe: Kprobe{Symbol: "kf_multi", Offset: 4}, Entry: 4}}), syscall.EINVAL)
	if n := len(k.m.Probes()); n != 0 {
		t.Errorf("%d probes are left", n)
	}
	// There is room for so many with Go handlers, and for more when some have gone.
	var all []*Jprobe
	for i := range maxJprobes {
		jp := &Jprobe{Kprobe: Kprobe{Symbol: "kf_empty"}, Handler: func(*Hit) {}}
		if _, err := k.m.stubs.entry(jp); err != nil {
			t.Fatalf("%d: %v", i, err)
		}
		all = append(all, jp)
	}
	wantErrno(t, k.m.RegisterJprobe(&Jprobe{Kprobe: Kprobe{Symbol: "kf_empty"}, Handler: func(*Hit) {}}), syscall.ENOMEM)
	k.m.stubs.dropEntry(all[7])
	if err := k.m.RegisterJprobe(&Jprobe{Kprobe: Kprobe{Symbol: "kf_empty"}, Handler: func(*Hit) {}}); err != nil {
		t.Error(err)
	}
}
