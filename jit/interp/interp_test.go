package interp

import (
	"syscall"
	"testing"
	"unsafe"

	"axol/jit/ir"
)

const (
	guestBase = 0x10000 // where guest addresses begin
	hostPage  = 4096
)

// guest is some memory and a state. Of its four pages the third is read-only and the
// last not accessible.
type guest struct {
	mem []byte
	st  ir.State
	m   Machine
}

func newGuest(t testing.TB) *guest {
	mem, err := syscall.Mmap(-1, 0, 4*hostPage, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Munmap(mem) })
	for i := range mem {
		mem[i] = byte(i*7 + 1)
	}
	for page, prot := range map[int]int{2: syscall.PROT_READ, 3: syscall.PROT_NONE} {
		if err := syscall.Mprotect(mem[page*hostPage:(page+1)*hostPage], prot); err != nil {
			t.Fatal(err)
		}
	}
	g := &guest{mem: mem}
	g.st.MemBase = uint64(uintptr(unsafe.Pointer(&mem[0]))) - guestBase
	g.st.MemLimit = guestBase + uint64(len(mem))
	g.st.Budget = 1000
	return g
}

// unit builds a unit of one block: body fills it between an instruction mark at pc 0x1000
// and an exit.
func unit(body func(b *ir.Builder)) *ir.Unit {
	u := new(ir.Unit)
	u.Reset(0x1000)
	b := &ir.Builder{U: u}
	b.Start(b.NewBlock(0x1000))
	b.Insn(0x1000, 0)
	body(b)
	b.Exit(0x2000)
	return u
}

func (g *guest) run(t *testing.T, u *ir.Unit) ir.ExitKind {
	t.Helper()
	if err := u.Verify(); err != nil {
		t.Fatalf("%v\n%s", err, u)
	}
	kind := g.m.Run(u, &g.st)
	if uint64(kind) != g.st.ExitKind {
		t.Errorf("returned %s, but the state says %s", kind, ir.ExitKind(g.st.ExitKind))
	}
	return kind
}

func TestEveryOperationHasAFunction(t *testing.T) {
	for op := range ir.NumOps {
		if name := ir.Op(op).Info().Name; name != "" && table[op] == nil {
			t.Errorf("%s has none", name)
		}
	}
}

// Two instructions, of which the second accesses memory: the first is done, the second
// has no effect, and the budget has paid for the first only.
func TestFaults(t *testing.T) {
	vector := func(b *ir.Builder) ir.Value { return b.Emit(ir.Inst{Op: ir.OpVConst, Type: ir.V128, Imm: 0x5555}) }
	store := func(op ir.Op, size uint8) func(b *ir.Builder, addr ir.Value) {
		return func(b *ir.Builder, addr ir.Value) {
			in := ir.Inst{Op: op, Aux: size, A: addr}
			switch op {
			case ir.OpStore:
				in.B = b.Const(ir.I64, 0x5555555555555555)
			case ir.OpStoreV:
				in.B = vector(b)
			case ir.OpAtomic:
				in.Type, in.B = ir.I64, b.Const(ir.I64, 1)
			case ir.OpCasV:
				in.Type, in.B, in.C = ir.V128, vector(b), vector(b)
			case ir.OpCas:
				in.Type, in.B, in.C = ir.I64, b.Const(ir.I64, 1), b.Const(ir.I64, 1)
			}
			v := b.Emit(in)
			if in.Type == ir.I64 {
				b.SetX(3, v)
			}
		}
	}
	load := func(op ir.Op, ty ir.Type, size uint8) func(b *ir.Builder, addr ir.Value) {
		return func(b *ir.Builder, addr ir.Value) {
			v := b.Emit(ir.Inst{Op: op, Type: ty, Aux: size, A: addr})
			if ty == ir.I64 {
				b.SetX(3, v)
			} else {
				b.SetV(3, v)
			}
		}
	}
	const readOnly, none, end = guestBase + 2*hostPage, guestBase + 3*hostPage, guestBase + 4*hostPage
	for _, c := range []struct {
		name   string
		addr   uint64
		access func(b *ir.Builder, addr ir.Value)
		fault  uint64
		write  uint64
	}{
		{"load", none + 8, load(ir.OpLoad, ir.I64, 3), none + 8, 0},
		{"load across", none - 4, load(ir.OpLoad, ir.I64, 3), none, 0},
		{"load beyond the limit", end, load(ir.OpLoad, ir.I64, 0), end, 0},
		{"load at the limit", end - 4, load(ir.OpLoad, ir.I64, 3), end - 4, 0},
		{"load far beyond", 1 << 55, load(ir.OpLoad, ir.I64, 3), 1 << 55, 0},
		{"load of a kernel address", 0xab80 << 48, load(ir.OpLoad, ir.I64, 2), 0xab80 << 48, 0},
		{"load with a top byte", 0xab<<56 | none, load(ir.OpLoad, ir.I64, 2), none, 0},
		{"vector load", none, load(ir.OpLoadV, ir.V128, 4), none, 0},
		{"exclusive load", none, load(ir.OpLoadEx, ir.I64, 3), none, 0},
		{"exclusive pair", none, load(ir.OpLoadExV, ir.V128, 4), none, 0},
		{"unaligned exclusive pair", guestBase + 8, load(ir.OpLoadExV, ir.V128, 4), guestBase + 8, ir.FaultUnaligned},
		{"unaligned atomic", guestBase + 12, store(ir.OpAtomic, 3), guestBase + 12, ir.FaultUnaligned},
		{"store", readOnly + 8, store(ir.OpStore, 3), readOnly + 8, 1},
		{"store across", readOnly - 4, store(ir.OpStore, 3), readOnly, 1},
		{"vector store", readOnly, store(ir.OpStoreV, 4), readOnly, 1},
		{"vector store across", readOnly - 8, store(ir.OpStoreV, 4), readOnly, 1},
		{"vector store nearly in front", readOnly - 15, store(ir.OpStoreV, 4), readOnly, 1},
		{"atomic", readOnly, store(ir.OpAtomic, 3), readOnly, 1},
		{"compare and swap", readOnly, store(ir.OpCas, 2), readOnly, 1},
		{"compare and swap of a pair", readOnly, store(ir.OpCasV, 4), readOnly, 1},
		{"zero", readOnly + 65, store(ir.OpZeroBlock, 0), readOnly + 65, 1},
	} {
		g := newGuest(t)
		before := append([]byte(nil), g.mem[:3*hostPage]...)
		u := unit(func(b *ir.Builder) {
			b.SetX(1, b.Const(ir.I64, 77))
			b.Insn(0x1004, 0)
			c.access(b, b.Const(ir.I64, c.addr))
			b.SetX(2, b.Const(ir.I64, 88))
			b.Insn(0x1008, 0)
		})
		g.st.X[3] = 99
		kind := g.run(t, u)
		if kind != ir.ExitFault || g.st.PC != 0x1004 || g.st.FaultAddr != c.fault || g.st.ExitArg != c.write {
			t.Errorf("%s: exit %s at pc %#x, address %#x, store %d; want address %#x", c.name, kind, g.st.PC, g.st.FaultAddr, g.st.ExitArg, c.fault)
		}
		if g.st.X[1] != 77 || g.st.X[2] != 0 || g.st.X[3] != 99 {
			t.Errorf("%s: X1, X2, X3 = %d, %d, %d", c.name, g.st.X[1], g.st.X[2], g.st.X[3])
		}
		if g.st.Budget != 999 {
			t.Errorf("%s: budget %d", c.name, g.st.Budget)
		}
		if string(before) != string(g.mem[:3*hostPage]) {
			t.Errorf("%s: memory changed", c.name)
		}
		if kind := g.run(t, unit(func(*ir.Builder) {})); kind != ir.ExitNext { // and it can go on
			t.Errorf("%s: next exit is %s", c.name, kind)
		}
	}
}

// A panic that is not a guest's fault is a bug of ours and goes on.
func TestOtherPanicsGoOn(t *testing.T) {
	for name, hook := range map[string]func(*ir.State, uint64){
		"panic":       func(*ir.State, uint64) { panic("mine") },
		"nil pointer": func(st *ir.State, _ uint64) { *(*int)(nil) = 1 },
		"bad address": func(*ir.State, uint64) { *(*byte)(pointer(1 << 40)) = 1 },
	} {
		g := newGuest(t)
		g.m.Hook = hook
		u := unit(func(b *ir.Builder) {
			b.Store(3, b.Const(ir.I64, guestBase), 0, b.Const(ir.I64, 1))
			b.Emit(ir.Inst{Op: ir.OpHook})
		})
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: swallowed", name)
				}
			}()
			g.run(t, u)
		}()
	}
}

// loop counts X0 down to zero in a block of two instructions.
func loop() *ir.Unit {
	u := new(ir.Unit)
	u.Reset(0x1000)
	b := &ir.Builder{U: u}
	body, out := b.NewBlock(0x1000), b.NewBlock(0x1008)
	b.Start(body)
	b.Insn(0x1000, 0)
	x := b.Op2(ir.OpSub, ir.I64, b.GetX(0), b.Const(ir.I64, 1))
	b.SetX(0, x)
	b.Insn(0x1004, 0)
	b.Branch(ir.Inst{Op: ir.OpBrNonZero, Aux: uint8(ir.I64), A: x}, body, out)
	b.Start(out)
	b.Exit(0x1008)
	return u
}

func TestBudget(t *testing.T) {
	g := newGuest(t)
	g.st.X[0], g.st.Budget = 100, 21
	if kind := g.run(t, loop()); kind != ir.ExitBudget || g.st.X[0] != 90 || g.st.Budget != 1 || g.st.PC != 0x1000 {
		t.Errorf("exit %s, X0 %d, budget %d, pc %#x", kind, g.st.X[0], g.st.Budget, g.st.PC)
	}
	g.st.Budget = 1000
	if kind := g.run(t, loop()); kind != ir.ExitNext || g.st.X[0] != 0 || g.st.Budget != 1000-180 || g.st.PC != 0x1008 {
		t.Errorf("exit %s, X0 %d, budget %d, pc %#x", kind, g.st.X[0], g.st.Budget, g.st.PC)
	}
	g.st.Kicked = 1
	if kind := g.run(t, loop()); kind != ir.ExitBudget || g.st.Budget != 1000-180 {
		t.Errorf("kicked: exit %s, budget %d", kind, g.st.Budget)
	}
}

func TestNothingIsAllocated(t *testing.T) {
	g, u := newGuest(t), loop()
	g.st.X[0] = 10
	g.run(t, u)
	if n := testing.AllocsPerRun(10, func() {
		g.st.X[0], g.st.Budget = 100, 1000
		g.m.Run(u, &g.st)
	}); n != 0 {
		t.Errorf("%v allocations a run", n)
	}
}

func TestHooks(t *testing.T) {
	g := newGuest(t)
	var seen []uint64
	move := uint64(0)
	g.m.Hook = func(st *ir.State, n uint64) {
		seen = append(seen, n, st.PC, st.X[1])
		st.X[1] += 10
		if move != 0 {
			st.PC = move
		}
	}
	u := unit(func(b *ir.Builder) {
		b.SetX(1, b.Const(ir.I64, 1))
		b.Emit(ir.Inst{Op: ir.OpHook, Imm: 5})
		b.Insn(0x1004, 0)
		b.SetX(2, b.GetX(1))
	})
	if kind := g.run(t, u); kind != ir.ExitNext || g.st.PC != 0x2000 || g.st.X[2] != 11 || len(seen) != 3 || seen[0] != 5 || seen[1] != 0x1004 || seen[2] != 1 {
		t.Errorf("exit %s to %#x, X2 %d, hook saw %v", kind, g.st.PC, g.st.X[2], seen)
	}
	move, g.st.X[2], g.st.Budget = 0x3000, 0, 10
	if kind := g.run(t, u); kind != ir.ExitNext || g.st.PC != 0x3000 || g.st.X[2] != 0 || g.st.Budget != 9 {
		t.Errorf("moved: exit %s to %#x, X2 %d, budget %d", kind, g.st.PC, g.st.X[2], g.st.Budget)
	}
}

// OpHelper runs another unit in the middle of this one.
func TestHelpers(t *testing.T) {
	g := newGuest(t)
	var inner func(b *ir.Builder)
	next := uint64(0x1008)
	g.m.Lift = func(u *ir.Unit, pc uint64, word uint32) {
		if pc != 0x1004 || word != 0xabcd {
			t.Errorf("helper for %#x at %#x", word, pc)
		}
		u.Reset(pc)
		b := &ir.Builder{U: u}
		b.Start(b.NewBlock(pc))
		b.Insn(pc, word)
		inner(b)
		b.Exit(next)
	}
	u := unit(func(b *ir.Builder) {
		x := b.Const(ir.I64, 5)
		b.Insn(0x1004, 0xabcd)
		b.Emit(ir.Inst{Op: ir.OpHelper, A: 0xabcd, Imm: 0x1004})
		b.Insn(0x1008, 0)
		b.SetX(2, b.Op2(ir.OpAdd, ir.I64, x, b.GetX(1)))
	})
	inner = func(b *ir.Builder) { b.SetX(1, b.Const(ir.I64, 20)) }
	g.st.Budget = 3
	if kind := g.run(t, u); kind != ir.ExitNext || g.st.PC != 0x2000 || g.st.X[2] != 25 || g.st.Budget != 0 {
		t.Errorf("exit %s to %#x, X2 %d, budget %d", kind, g.st.PC, g.st.X[2], g.st.Budget)
	}
	next, g.st.X[2], g.st.Budget = 0x9000, 0, 3
	if kind := g.run(t, u); kind != ir.ExitNext || g.st.PC != 0x9000 || g.st.X[2] != 0 || g.st.Budget != 1 {
		t.Errorf("leaving: exit %s to %#x, X2 %d, budget %d", kind, g.st.PC, g.st.X[2], g.st.Budget)
	}
	inner = func(b *ir.Builder) { b.SetX(1, b.Load(ir.I64, 3, b.Const(ir.I64, 16), 0)) }
	g.st.MemBase, g.st.MemLimit, g.st.Budget = g.st.MemBase+guestBase, 16, 3
	if kind := g.run(t, u); kind != ir.ExitFault || g.st.PC != 0x1004 || g.st.FaultAddr != 16 || g.st.X[1] != 20 || g.st.Budget != 2 {
		t.Errorf("fault: exit %s at %#x, address %#x, X1 %d, budget %d", kind, g.st.PC, g.st.FaultAddr, g.st.X[1], g.st.Budget)
	}
}

func TestTrapsAndCounters(t *testing.T) {
	g := newGuest(t)
	counters := make([]uint64, 4)
	g.st.Counters = uint64(uintptr(unsafe.Pointer(&counters[0])))
	u := new(ir.Unit)
	u.Reset(0x1000)
	b := &ir.Builder{U: u}
	b.Start(b.NewBlock(0x1000))
	b.Emit(ir.Inst{Op: ir.OpCount, Imm: 2})
	b.Insn(0x1000, 0)
	b.Trap(ir.TrapBRK, 0x1000, 0x123)
	for range 3 {
		if kind := g.run(t, u); kind.TrapOf() != ir.TrapBRK || kind.String() != "trap brk" || g.st.PC != 0x1000 || g.st.ExitArg != 0x123 {
			t.Errorf("exit %s at %#x with %#x", kind, g.st.PC, g.st.ExitArg)
		}
	}
	if counters[2] != 3 || counters[1] != 0 || counters[3] != 0 {
		t.Errorf("counters %v", counters)
	}
}
