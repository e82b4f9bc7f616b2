package runtime

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"axol/jit"
	"axol/jit/a64"
	"axol/jit/trial"
)

// TestAnyWord: any word at all ends in the signal it ends in on QEMU, or in none. So every word that is not an
// instruction, and every one that Axol has not got, is SIGILL.
func TestAnyWord(t *testing.T) {
	tool, err := exec.LookPath("qemu-aarch64-static")
	if err != nil {
		t.Skip("needs qemu-aarch64-static (qemu-user-static)")
	}
	rounds := 2
	if os.Getenv("AXOL_SAMPLES") != "" {
		rounds = 20
	}
	const sigill = 4
	defined, undefined := 0, 0
	for round := range rounds + 1 {
		words := trial.SystemWords()
		if round > 0 {
			words = trial.RandomWords(rand.New(rand.NewPCG(uint64(round), 1)), 10000)
		}
		program := trial.NewWords(words)
		want, err := program.QEMU(tool, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range []struct {
			name string
			cfg  jit.Config
		}{{"jit", jit.Config{Strict: true}}, {"interp", jit.Config{Interp: true}}} {
			got := runWords(t, program, e.cfg, len(words))
			failures := 0
			for i, w := range words {
				in := a64.Decode(w)
				l := in.Op.Info()
				if got[i] == sigill {
					undefined++
				} else {
					defined++
				}
				if (l == nil || l.Unsupported) && got[i] != sigill || got[i] != want[i] && !trial.QEMUDiffers(in) {
					if failures++; failures <= 20 {
						t.Errorf("%s: %08x %s: signal %d, qemu %d", e.name, w, a64.Listing(w, 0), got[i], want[i])
					}
				}
			}
		}
	}
	t.Logf("%d words end in SIGILL, %d do not", undefined, defined)
}

func runWords(t *testing.T, program *trial.Words, cfg jit.Config, n int) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "words")
	if err := os.WriteFile(path, program.File, 0o700); err != nil {
		t.Fatal(err)
	}
	p, err := Load(Config{Path: path, NewEngine: JIT(cfg)})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if status := p.Run(); status != 0 {
		t.Fatalf("the program ended with status %d", status)
	}
	return p.get(program.Results, n)
}
