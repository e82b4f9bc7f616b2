package probes

import (
	"bufio"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"axol/jit"
	"axol/jit/ir"
)

// A real 6.1 kernel was put through forty scenarios. Each is played again here, in every way, and what is logged must
// be what that kernel logged, word for word, but for what normal says.

// normal makes logs comparable: kf_adr was somewhere else.
func normal(line string) string {
	line = strings.ReplaceAll(line, "ffff800000c4f240", fmt.Sprintf("%x", kernelAt+kernelSize))
	line = signedLR.ReplaceAllStringFunc(line, unsigned)
	// Addresses here need no leading zeros that %px would have.
	return strings.TrimRight(line, " ")
}

var signedLR = regexp.MustCompile(`lr=0x[0-9a-f]+`)

// unsigned is an LR that PACIASP has signed, without the code: that depends on keys which the kernel chose by chance, and on
// an algorithm which is the processor's business. What it must say is that there is a code, and of which address.
func unsigned(lr string) string {
	v, _ := strconv.ParseUint(strings.TrimPrefix(lr, "lr=0x"), 16, 64)
	address, code := v&^(0x7f<<48), v>>48&0x7f
	if v>>55&1 == 1 { // of the kernel's half: bits 63:56 are code, too
		address, code = v|0xff7f<<48, ^v>>48&0xff7f
	}
	if code == 0 || address != callAt+0x40 && address != 0xffff800000c0ae14 {
		return lr
	}
	return "lr=(signed) call+0x40/0x70 [kporacle]"
}

// script is a scenario being played.
type script struct {
	*kernel
	out    []string
	probes map[string]*Kprobe
}

func (s *script) say(format string, args ...any) { s.out = append(s.out, fmt.Sprintf(format, args...)) }

// number is the error as the kernel returns it.
func number(err error) int {
	var e syscall.Errno
	if err == nil {
		return 0
	}
	if !errors.As(err, &e) {
		return 1
	}
	return -int(e)
}

// at is where a probe is, and what is known of it.
func (s *script) word(fn string) uint32 {
	if w, ok := s.m.text(s.addr[fn]); ok {
		return w
	}
	return 0
}

func (s *script) register(name string, p *Kprobe) {
	err := s.m.Register(p)
	s.probes[name] = p
	slot := 0
	if p.site != nil && p.site.slot != 0 {
		slot = 1
	}
	a := s.m.Address(p)
	w, _ := s.m.text(a)
	s.say("register %s @%s = %d word_now=%x opcode=%x slot=%d", name, s.sym(a), number(err), w, p.site.word, slot)
}

// add is register for a probe that logs.
func (s *script) add(name, fn string, off uint64) *Kprobe {
	p := s.probe(name, fn, off)
	s.register(name, p)
	return p
}

func (s *script) unregister(names ...string) {
	for _, n := range names {
		p := s.probes[n]
		if err := s.m.Unregister(p); err != nil {
			s.t.Fatal(err)
		}
		s.say("unregister %s nmissed=%d", n, p.Missed())
	}
}

// run calls a function by BLR.
func (s *script) run(fn string, arg uint64) {
	r := s.kernel.call(fn, callAt+0x40, pstateCall, arg)
	s.say("call %s(%d) -> %#x events: %s", fn, arg, r, s.take())
}

// adr calls kf_adr by BL, from somewhere in kpo_init.
func (s *script) adr(from uint64) {
	r := s.kernel.call("kf_adr", initAt+from, pstateBL, 10)
	s.say("-> %s %s", s.sym(r), s.take())
}

func (s *script) rets(name, fn string, off uint64, maxActive int, entry func(h *Hit, ri *Instance) int) *Kretprobe {
	rp := &Kretprobe{Kprobe: Kprobe{Symbol: fn, Offset: off}, MaxActive: maxActive, Entry: entry}
	rp.Handler = func(h *Hit, ri *Instance) int {
		s.event("ret:"+name, h)
		fmt.Fprintf(&s.log, "{ret_addr=%s sp=- regs_rv=%x}", s.sym(ri.RetAddr), h.X(0))
		return 0
	}
	err := s.m.RegisterKretprobe(rp)
	s.say("register_kretprobe %s @%s maxactive=%d -> %d (maxactive now %d)", name, s.sym(s.addr[fn]+off), maxActive, number(err), rp.MaxActive)
	return rp
}

// entry is an entry handler that logs.
func (s *script) entry(name string, result int) func(h *Hit, ri *Instance) int {
	return func(h *Hit, ri *Instance) int {
		s.event("entry:"+name, h)
		fmt.Fprintf(&s.log, "{ri.ret_addr=%#x}", ri.RetAddr)
		return result
	}
}

func (s *script) drop(name string, rp *Kretprobe) {
	if err := s.m.UnregisterKretprobe(rp); err != nil {
		s.t.Fatal(err)
	}
	s.say("unregister_kretprobe %s nmissed=%d kp.nmissed=%d", name, rp.MissedReturns(), rp.Missed())
}

// calls makes a handler call a function.
func (s *script) calls(fn string, arg uint64, show func(r uint64) string) func(h *Hit) {
	return func(h *Hit) {
		r, err := h.Call(s.addr[fn], arg)
		if err != nil {
			s.t.Error(err)
		}
		s.log.WriteString(show(r))
	}
}

// nest is a probe whose pre handler, or post handler, calls a function, too.
func (s *script) nest(name, fn string, call func(h *Hit), inPost bool) {
	p := s.probe(name, fn, 0)
	pre := p.Pre
	if inPost {
		p.Post = func(h *Hit) { s.event("post-callb", h); call(h) }
	} else {
		p.Pre = func(h *Hit) int { pre(h); call(h); return 0 }
	}
	s.register(name, p)
}

var scenarios = map[string]func(s *script){
	"T1": func(s *script) {
		s.say("word before kf_empty+0x0/0x40 [kporacle] = %x", s.word("kf_empty"))
		p := s.add("A", "kf_empty", 0)
		s.say("word armed kf_empty+0x0/0x40 [kporacle] = %x", s.word("kf_empty"))
		one, _ := s.m.fetch(p.site.slot)
		two, _ := s.m.fetch(p.site.slot + 4)
		s.say("slot words %x %x restore=kf_empty+4", one, two)
		s.run("kf_empty", 10)
		s.unregister("A")
		s.say("word after kf_empty+0x0/0x40 [kporacle] = %x", s.word("kf_empty"))
		s.run("kf_empty", 10)
	},
	"T1b": func(s *script) {
		s.add("A", "kf_empty", 0)
		r := s.kernel.call("kf_empty", initAt+0xc80, pstateBL|0xc0, 10)
		s.say("r=%d %s", r, s.take())
		s.unregister("A")
	},
	"T1c": single("kf_adr", 1), "T1d": single("kf_b", 1), "T1e": single("kf_ret", 1), "T1f": single("kf_nop", 1),
	"T1g": single("kf_paciasp", 1), "T1h": single("kf_bti", 1),
	"T1i": func(s *script) {
		s.register("A", &Kprobe{Symbol: "kf_empty"})
		s.run("kf_empty", 10)
		s.unregister("A")
	},
	"T2": func(s *script) {
		a, b, c := s.add("A", "kf_empty", 0), s.add("B", "kf_empty", 0), s.add("C", "kf_empty", 0)
		s.run("kf_empty", 10)
		s.say("disable B -> %d", number(s.m.Disable(b)))
		s.run("kf_empty", 10)
		s.say("word B disabled kf_empty+0x0/0x40 [kporacle] = %x", s.word("kf_empty"))
		s.say("disable A,C -> %d %d", number(s.m.Disable(a)), number(s.m.Disable(c)))
		s.say("word all disabled kf_empty+0x0/0x40 [kporacle] = %x", s.word("kf_empty"))
		s.run("kf_empty", 10)
		s.say("enable C -> %d", number(s.m.Enable(c)))
		s.say("word C enabled kf_empty+0x0/0x40 [kporacle] = %x", s.word("kf_empty"))
		s.run("kf_empty", 10)
		s.say("unregister C first")
		s.unregister("C")
		s.say("word C gone kf_empty+0x0/0x40 [kporacle] = %x", s.word("kf_empty"))
		s.run("kf_empty", 10)
		s.say("enable A,B -> %d %d", number(s.m.Enable(a)), number(s.m.Enable(b)))
		s.run("kf_empty", 10)
		s.unregister("A")
		s.run("kf_empty", 10)
		s.unregister("B")
		s.say("word all gone kf_empty+0x0/0x40 [kporacle] = %x", s.word("kf_empty"))
		s.run("kf_empty", 10)
	},
	"T2b": func(s *script) {
		a := s.probe("A", "kf_empty", 0)
		a.Post = nil
		s.register("A", a)
		s.add("B", "kf_empty", 0)
		s.run("kf_empty", 10)
		s.unregister("B", "A")
	},
	"T2c": func(s *script) {
		s.add("A", "kf_empty", 0)
		b := s.probe("B", "kf_empty", 0)
		pre := b.Pre
		b.Pre = func(h *Hit) int { pre(h); h.SetPC(s.addr["kf_alt"]); return 1 }
		s.register("B", b)
		s.add("C", "kf_empty", 0)
		s.run("kf_empty", 10)
		s.unregister("A", "B", "C")
	},
	"T3": func(s *script) {
		s.moves("kf_empty", "kf_alt", 0, 1)
		s.run("kf_empty", 10)
		s.run("kf_empty", 10)
		s.unregister("A")
	},
	"T3b": func(s *script) {
		s.moves("kf_empty", "kf_alt", 0, 0)
		s.run("kf_empty", 10)
		s.unregister("A")
	},
	"T3b2": func(s *script) {
		s.moves("kf_adr", "kf_alt", 0, 0)
		s.adr(0x12a8)
		s.unregister("A")
	},
	"T3c": func(s *script) {
		p := s.probe("A", "kf_empty", 0)
		pre := p.Pre
		p.Pre = func(h *Hit) int { pre(h); h.SetX(0, 0x1000); return 0 }
		s.register("A", p)
		s.run("kf_empty", 10)
		s.unregister("A")
	},
	"T3d": func(s *script) {
		s.moves("kf_empty", "kf_empty", 4, 1)
		s.run("kf_empty", 10)
		s.unregister("A")
	},
	"T4": func(s *script) {
		s.nest("A", "kf_empty", s.calls("kf_b2", 5, shown("kf_b2", 5)), false)
		s.add("B", "kf_b2", 0)
		s.run("kf_empty", 10)
		s.run("kf_b2", 10)
		s.run("kf_empty", 10)
		s.unregister("A", "B")
	},
	"T4b": func(s *script) {
		right := func(r uint64) string {
			if r == s.addr["kf_adr"] {
				return "<kf_adr=1>"
			}
			return "<kf_adr=0>"
		}
		s.nest("A", "kf_empty", s.calls("kf_adr", 0, right), false)
		s.add("B", "kf_adr", 0)
		s.run("kf_empty", 10)
		s.unregister("A", "B")
	},
	"T4b2": func(s *script) {
		s.nest("A", "kf_adr", s.calls("kf_b2", 5, shown("kf_b2", 5)), false)
		s.add("B", "kf_b2", 0)
		s.adr(0x14e4)
		s.unregister("A", "B")
	},
	"T4c": func(s *script) {
		s.nest("A", "kf_empty", s.calls("kf_empty", 7, shown("kf_empty", 7)), false)
		s.run("kf_empty", 10)
		s.unregister("A")
	},
	"T4d": func(s *script) {
		s.nest("A", "kf_empty", s.calls("kf_b2", 5, shown("kf_b2", 5)), true)
		s.add("B", "kf_b2", 0)
		s.run("kf_empty", 10)
		s.unregister("A", "B")
	},
	"T4d2": func(s *script) {
		s.nest("A", "kf_adr", s.calls("kf_b2", 5, shown("kf_b2", 5)), true)
		s.add("B", "kf_b2", 0)
		s.adr(0x1634)
		s.unregister("A", "B")
	},
	"T4e": func(s *script) {
		s.nest("A", "kf_empty", s.calls("kf_b2", 5, shown("kf_b2", 5)), false)
		s.add("B", "kf_b2", 0)
		s.add("C", "kf_b2", 0)
		s.run("kf_empty", 10)
		s.unregister("A", "B", "C")
	},
	"T4f": func(s *script) {
		s.nest("A", "kf_empty", s.calls("kf_b2", 5, shown("kf_b2", 5)), false)
		r := s.rets("R0", "kf_b2", 0, 0, s.entry("R0", 0))
		s.run("kf_empty", 10)
		s.run("kf_b2", 10)
		s.unregister("A")
		s.drop("R0", r)
	},
	"T5": func(s *script) {
		r := s.rets("R0", "kf_empty", 0, 0, s.entry("R0", 0))
		s.say("word armed kf_empty+0x0/0x40 [kporacle] = %x", s.word("kf_empty"))
		s.run("kf_empty", 10)
		s.drop("R0", r)
	},
	"T5b": func(s *script) {
		r0 := s.rets("R0", "kf_empty", 0, 0, s.entry("R0", 0))
		r1 := s.rets("R1", "kf_empty", 0, 0, s.entry("R1", 0))
		s.add("A", "kf_empty", 0)
		s.run("kf_empty", 10)
		s.drop("R0", r0)
		s.drop("R1", r1)
		s.unregister("A")
	},
	"T5c": func(s *script) {
		r := s.rets("R0", "kf_rec", 0, 2, nil)
		s.run("kf_rec", 4)
		s.run("kf_rec", 4)
		s.drop("R0", r)
	},
	"T5d": func(s *script) {
		r := s.rets("R0", "kf_empty", 0, 1, s.entry("R0", 1))
		s.run("kf_empty", 10)
		s.run("kf_empty", 10)
		s.drop("R0", r)
	},
	"T5e": func(s *script) { s.rets("R0", "kf_multi", 4, 0, nil) },
	"T5f": func(s *script) {
		r := s.rets("R0", "kf_ret", 0, 0, s.entry("R0", 0))
		s.run("kf_ret", 3)
		s.drop("R0", r)
	},
	"T5g": func(s *script) {
		r := s.rets("R0", "kf_rec", 0, 0, s.entry("R0", 0))
		s.run("kf_rec", 2)
		s.drop("R0", r)
	},
	"T5h": func(s *script) {
		r := s.rets("R0", "kf_empty", 0, 0, nil)
		s.say("disable %d", number(s.m.Disable(&r.Kprobe)))
		s.run("kf_empty", 1)
		s.say("enable %d", number(s.m.Enable(&r.Kprobe)))
		s.run("kf_empty", 1)
		s.drop("R0", r)
	},
	"T6": func(s *script) {
		names := []string{"A", "B", "C", "D", "E", "F"}
		for i, n := range names {
			s.add(n, "kf_multi", 4*uint64(i))
		}
		s.run("kf_multi", 16)
		s.unregister(names...)
	},
	"T7b": func(s *script) {
		p := &Kprobe{Symbol: "kf_empty"}
		s.say("first %d second %d", number(s.m.Register(p)), number(s.m.Register(p)))
		_, _ = s.m.Unregister(p), s.m.Unregister(p)
		s.say("unregister again (no crash expected): addr now %016x", s.m.Address(p))
		s.say("re-register same struct after unregister: %d", number(s.m.Register(p)))
	},
	"T7c": func(s *script) {
		err := s.m.RegisterAll([]*Kprobe{{Symbol: "kf_empty"}, {Symbol: "kf_empty", Offset: 2}, {Symbol: "kf_b2"}})
		s.say("register_kprobes = %d; words kf_empty=%x kf_b2=%x", number(err), s.word("kf_empty"), s.word("kf_b2"))
		s.say("register_kprobes(n=0) = %d", number(s.m.RegisterAll(nil)))
	},
	"T7d": func(s *script) {
		stranger := &Kprobe{Symbol: "kf_b2"}
		s.say("disable unregistered %d enable unregistered %d", number(s.m.Disable(stranger)), number(s.m.Enable(stranger)))
		a := s.add("A", "kf_empty", 0)
		s.say("enable already enabled %d flags=%x", number(s.m.Enable(a)), s.m.Flags(a))
		s.say("disable %d flags=%x", number(s.m.Disable(a)), s.m.Flags(a))
		s.say("disable twice %d flags=%x", number(s.m.Disable(a)), s.m.Flags(a))
		s.unregister("A")
	},
}

// single is one probe on a function.
func single(fn string, arg uint64) func(s *script) {
	return func(s *script) {
		s.add("A", fn, 0)
		s.run(fn, arg)
		s.unregister("A")
	}
}

// moves is a probe whose pre handler changes PC.
func (s *script) moves(fn, to string, off uint64, result int) {
	p := s.probe("A", fn, 0)
	pre := p.Pre
	p.Pre = func(h *Hit) int { pre(h); h.SetPC(s.addr[to] + off); return result }
	s.register("A", p)
}

func shown(fn string, arg uint64) func(r uint64) string {
	return func(r uint64) string { return fmt.Sprintf("<%s(%d)=%d>", fn, arg, r) }
}

// oracleScenarios reads the logs, by the name of the scenario.
func oracleScenarios(t *testing.T) (names []string, logs map[string][]string) {
	logs = map[string][]string{}
	lines := bufio.NewScanner(openOracle(t, "semantics-6.1.txt.gz"))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if title, ok := strings.CutPrefix(lines.Text(), "# "); ok {
			name, _, _ := strings.Cut(title, " ")
			names = append(names, name)
			continue
		}
		name := names[len(names)-1]
		logs[name] = append(logs[name], normal(strings.TrimPrefix(lines.Text(), "  ")))
	}
	return names, logs
}

func TestOracleSemantics(t *testing.T) {
	names, logs := oracleScenarios(t)
	if len(names) != 40 {
		t.Fatalf("%d scenarios", len(names))
	}
	for _, name := range names {
		play := scenarios[name]
		if play == nil {
			if name != "T7" && name != "T7e" && name != "vfs_read" { // TestOracleErrnos has these
				t.Errorf("%s is not played", name)
			}
			continue
		}
		t.Run(name, func(t *testing.T) {
			forEngines(t, func(t *testing.T, cfg jit.Config) {
				s := &script{kernel: newKernel(t, cfg, Config{}, rules61), probes: map[string]*Kprobe{}}
				s.cpu.State().Keys[ir.KeyIA] = [2]uint64{0x0123456789abcdef, 0xfedcba9876543210}
				play(s)
				for i := range max(len(s.out), len(logs[name])) {
					got, want := "", ""
					if i < len(s.out) {
						got = normal(s.out[i])
					}
					if i < len(logs[name]) {
						want = logs[name][i]
					}
					if got != want {
						t.Errorf("line %d is\n%s\nthe kernel's\n%s", i, got, want)
					}
				}
			})
		})
	}
}
