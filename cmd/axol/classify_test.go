package main

import (
	"debug/elf"
	"encoding/json"
	"strings"
	"testing"
)

func TestClassifyWords(t *testing.T) {
	for _, c := range []struct{ args, input, want string }{
		{"d4000001 0xd65f03c0 91000400", "", "d4000001,rejected,,generates an exception\nd65f03c0,simulated,simulate_br_blr_ret,\n91000400,stepped,,\n"},
		{"--rules linux-6.18 d65f03c0", "", "d65f03c0,simulated,simulate_ret,\n"},
		{"-", "14000001\n\tD4000001 \r\n0\n", "14000001,simulated,simulate_b_bl,\nd4000001,rejected,,generates an exception\n00000000,stepped,,\n"},
	} {
		r := run(t, c.input, append([]string{axol, "classify", "--format", "csv"}, strings.Fields(c.args)...)...)
		if want := "word,verdict,handler,reason\n" + c.want; r.status != 0 || r.stdout != want || r.stderr != "" {
			t.Errorf("%s: %+v, want %q", c.args, r, want)
		}
	}
	r := run(t, "", axol, "classify", "d65f03c0")
	if !strings.Contains(r.stdout, "ret") || !strings.Contains(r.stdout, "simulate_br_blr_ret") {
		t.Errorf("%+v", r)
	}
}

// Every word of every executable section is there, at its address.
func TestClassifyFile(t *testing.T) {
	path := guest(t)
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text := f.Section(".text")
	words := text.Size / 4
	r := run(t, "", axol, "classify", "--format", "json", path)
	lines := strings.Split(strings.TrimSuffix(r.stdout, "\n"), "\n")
	if r.status != 0 || uint64(len(lines)) != words {
		t.Fatalf("status %d, %d lines, want %d: %s", r.status, len(lines), words, r.stderr)
	}
	counts := map[string]int{}
	for i, line := range lines {
		var v struct{ Address, Word, Verdict, Handler, Reason string }
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		counts[v.Verdict]++
		raw := make([]byte, 4)
		if i%1000 == 0 {
			if _, err := text.ReadAt(raw, int64(4*i)); err != nil {
				t.Fatal(err)
			}
			if want := f.ByteOrder.Uint32(raw); hex(uint64(want), 8) != v.Word || "0x"+hex(text.Addr+4*uint64(i), 0) != v.Address {
				t.Errorf("%s is %s at %#x", line, hex(uint64(want), 8), text.Addr+4*uint64(i))
			}
		}
	}
	if len(counts) != 3 || counts["stepped"] < counts["simulated"] || counts["simulated"] < counts["rejected"] {
		t.Errorf("%v", counts)
	}
	if strings.Count(r.stdout, "exclusive") == 0 {
		t.Error("no probe is refused inside an exclusive sequence")
	}
}
