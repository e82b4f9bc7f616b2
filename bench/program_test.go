package bench

import (
	"encoding/binary"
	"testing"

	"axol/jit/a64"
)

func TestLoopProgram(t *testing.T) {
	code, probed, err := loopProgram()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"bl 0x1010", "subs x1, x1, #0x1", "b.ne 0x1000", "brk #0x1", "add x0, x0, #0x1", "br x30"}
	if len(code) != 4*len(want) || probed != 16 {
		t.Fatalf("%d bytes, function at %d", len(code), probed)
	}
	for i, w := range want {
		if got := a64.Listing(binary.LittleEndian.Uint32(code[4*i:]), 0x1000+4*uint64(i)); got != w {
			t.Errorf("%d: %s, want %s", i, got, w)
		}
	}
}

func TestMachine(t *testing.T) {
	m, err := newMachine(2)
	if err != nil {
		t.Fatal(err)
	}
	defer m.close()
	insns, err := m.call(1, 1000)
	if err != nil || insns != 5000 {
		t.Errorf("%d instructions, %v", insns, err)
	}
}
