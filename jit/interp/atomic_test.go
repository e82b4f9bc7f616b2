package interp

import (
	"encoding/binary"
	"sync"
	"testing"
	"unsafe"

	"axol/jit/ir"
)

func TestAtomicOperations(t *testing.T) {
	for _, c := range []struct {
		op           ir.RMW
		size         uint8
		old, x, want uint64
	}{
		{ir.RMWAdd, 0, 0xff, 2, 0x01},
		{ir.RMWAdd, 1, 0xffff, 2, 0x0001},
		{ir.RMWAdd, 2, 0xffffffff, 2, 1},
		{ir.RMWAdd, 3, 1<<64 - 1, 2, 1},
		{ir.RMWClr, 0, 0xff, 0x0f, 0xf0},
		{ir.RMWEor, 1, 0xff00, 0x0ff0, 0xf0f0},
		{ir.RMWSet, 2, 0xff00, 0x0ff0, 0xfff0},
		{ir.RMWSMax, 0, 0x80, 1, 1},
		{ir.RMWSMin, 0, 0x80, 1, 0x80},
		{ir.RMWUMax, 0, 0x80, 1, 0x80},
		{ir.RMWUMin, 0, 0x80, 1, 1},
		{ir.RMWUMin, 0, 0x80, 0x1ff, 0x80}, // the operand has the access's width
		{ir.RMWSMax, 3, 1 << 63, 1<<64 - 1, 1<<64 - 1},
		{ir.RMWSwap, 1, 0x1234, 0xabcd5678, 0x5678},
	} {
		g := newGuest(t)
		at := g.mem[64:]
		mask := ^uint64(0) >> (64 - 8<<c.size)
		around := binary.LittleEndian.Uint64(at) &^ mask
		binary.LittleEndian.PutUint64(at, around|c.old)
		g.run(t, unit(func(b *ir.Builder) {
			in := ir.Inst{Op: ir.OpAtomic, Type: ir.I64, Aux: c.size, A: b.Const(ir.I64, guestBase+64), B: b.Const(ir.I64, c.x), Imm: uint64(c.op)}
			b.SetX(0, b.Emit(in))
		}))
		if got := binary.LittleEndian.Uint64(at); got != around|c.want || g.st.X[0] != c.old {
			t.Errorf("%s of %d bytes: memory %#x, old value %#x; want %#x, %#x", c.op, 1<<c.size, got, g.st.X[0], around|c.want, c.old)
		}
	}
}

func TestCompareAndSwap(t *testing.T) {
	for size := range uint8(4) {
		for _, equal := range []bool{true, false} {
			g := newGuest(t)
			at := g.mem[64:]
			mask := ^uint64(0) >> (64 - 8<<size)
			was := binary.LittleEndian.Uint64(at)
			expect := was & mask
			want := was&^mask | 0x1122334455667788&mask
			if !equal {
				expect ^= 1
				want = was
			}
			g.run(t, unit(func(b *ir.Builder) {
				b.SetX(0, b.Emit(ir.Inst{Op: ir.OpCas, Type: ir.I64, Aux: size, A: b.Const(ir.I64, guestBase+64),
					B: b.Const(ir.I64, expect), C: b.Const(ir.I64, 0x1122334455667788)}))
			}))
			if got := binary.LittleEndian.Uint64(at); got != want || g.st.X[0] != was&mask {
				t.Errorf("%d bytes, equal %v: %#x, returned %#x", 1<<size, equal, got, g.st.X[0])
			}
		}
	}
}

// A store-exclusive succeeds once after a load-exclusive of the same place and size, if
// memory is as it was.
func TestExclusives(t *testing.T) {
	const addr = guestBase + 64
	load := func(b *ir.Builder, at uint64, size uint8) {
		b.SetX(0, b.Emit(ir.Inst{Op: ir.OpLoadEx, Type: ir.I64, Aux: size, A: b.Const(ir.I64, at)}))
	}
	store := func(b *ir.Builder, reg uint8, size uint8) {
		status := b.Emit(ir.Inst{Op: ir.OpStoreEx, Type: ir.I32, Aux: size, A: b.Const(ir.I64, addr), B: b.Const(ir.I64, 0x77)})
		b.SetX(reg, b.Op1(ir.OpZext32, ir.I64, status))
	}
	for _, c := range []struct {
		name string
		body func(b *ir.Builder)
		want [2]uint64 // the status in X1 and X2
	}{
		{"once", func(b *ir.Builder) { load(b, addr, 2); store(b, 1, 2); store(b, 2, 2) }, [2]uint64{0, 1}},
		{"none", func(b *ir.Builder) { store(b, 1, 2); store(b, 2, 2) }, [2]uint64{1, 1}},
		{"size", func(b *ir.Builder) { load(b, addr, 3); store(b, 1, 2); store(b, 2, 3) }, [2]uint64{1, 1}},
		{"place", func(b *ir.Builder) { load(b, addr+4, 2); store(b, 1, 2); store(b, 2, 2) }, [2]uint64{1, 1}},
		{"tag", func(b *ir.Builder) { load(b, addr|0x12<<56, 2); store(b, 1, 2); store(b, 2, 2) }, [2]uint64{0, 1}},
		{"changed", func(b *ir.Builder) {
			load(b, addr, 2)
			b.Store(2, b.Const(ir.I64, addr), 0, b.Const(ir.I64, 0x66))
			store(b, 1, 2)
			store(b, 2, 2)
		}, [2]uint64{1, 1}},
		{"cleared", func(b *ir.Builder) {
			load(b, addr, 2)
			b.Emit(ir.Inst{Op: ir.OpClearEx})
			store(b, 1, 2)
			store(b, 2, 2)
		}, [2]uint64{1, 1}},
	} {
		g := newGuest(t)
		g.run(t, unit(c.body))
		if got := [2]uint64{g.st.X[1], g.st.X[2]}; got != c.want {
			t.Errorf("%s: status %v, want %v", c.name, got, c.want)
		}
	}
}

func TestExclusivePairs(t *testing.T) {
	g := newGuest(t)
	u := unit(func(b *ir.Builder) {
		addr := b.Const(ir.I64, guestBase+64)
		b.SetV(0, b.Emit(ir.Inst{Op: ir.OpLoadExV, Type: ir.V128, Aux: ir.Q, A: addr}))
		v := b.Op2(ir.OpVPair, ir.V128, b.Const(ir.I64, 11), b.Const(ir.I64, 22))
		for reg := range uint8(2) {
			status := b.Emit(ir.Inst{Op: ir.OpStoreExV, Type: ir.I32, Aux: ir.Q, A: addr, B: v})
			b.SetX(reg, b.Op1(ir.OpZext32, ir.I64, status))
		}
	})
	was := [2]uint64{binary.LittleEndian.Uint64(g.mem[64:]), binary.LittleEndian.Uint64(g.mem[72:])}
	g.run(t, u)
	now := [2]uint64{binary.LittleEndian.Uint64(g.mem[64:]), binary.LittleEndian.Uint64(g.mem[72:])}
	if g.st.V[0] != was || now != [2]uint64{11, 22} || g.st.X[0] != 0 || g.st.X[1] != 1 {
		t.Errorf("loaded %#x of %#x, memory %#x, status %d then %d", g.st.V[0], was, now, g.st.X[0], g.st.X[1])
	}
}

// Two threads add to both halves of a pair; no addition is lost, and no torn pair is seen.
func TestPairsAreAtomic(t *testing.T) {
	g := newGuest(t)
	p := unsafe.Pointer(&g.mem[64])
	cas128(p, binary.LittleEndian.Uint64(g.mem[64:]), binary.LittleEndian.Uint64(g.mem[72:]), 0, 0)
	const rounds = 20_000
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for range rounds {
				lo, hi := load128(p)
				for {
					if lo != hi {
						t.Errorf("torn: %d, %d", lo, hi)
						return
					}
					l, h := cas128(p, lo, hi, lo+1, hi+1)
					if l == lo && h == hi {
						break
					}
					lo, hi = l, h
				}
			}
		})
	}
	wg.Wait()
	if lo, hi := load128(p); lo != 2*rounds || hi != 2*rounds {
		t.Errorf("%d, %d after %d additions", lo, hi, 2*rounds)
	}
}
