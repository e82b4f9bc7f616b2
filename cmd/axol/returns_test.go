package main

import (
	"debug/elf"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Return probes of all kinds, on C programs that nobody here wrote, in every way.

// ways are the flags for how hits are taken, and where breakpoints are.
var ways = [][]string{
	nil, {"--placement=text"}, {"--fidelity=trap"}, {"--fidelity=trap", "--placement=text"},
	{"--engine=interp"}, {"--engine=interp", "--fidelity=trap"},
}

// profile is the hits of each event.
func profile(t *testing.T, stderr string) map[string]int {
	t.Helper()
	hits := map[string]int{}
	for _, m := range regexp.MustCompile(`(?m)^  (?:/\S+ )?(\S+) +(\d+)(?: +(\d+))?$`).FindAllStringSubmatch(stderr, -1) {
		hits[m[1]], _ = strconv.Atoi(m[2])
		if m[3] != "" && m[3] != "0" {
			t.Errorf("%s missed %s", m[1], m[3])
		}
	}
	return hits
}

// Kretprobes on Lua's functions, by each way of writing one, with the trampolines of three kernels.
func TestReturnsLua(t *testing.T) {
	root := sysroot(t)
	lua := filepath.Join(root, "usr/bin/lua5.4")
	const script = `local n = 0; for i = 1, 50 do n = n + #("x"):rep(i) end; print(n)`
	for _, rules := range []string{"linux-4.8", "linux-5.10", "linux-7.2"} {
		for _, way := range ways {
			t.Run(rules+strings.Join(way, ""), func(t *testing.T) {
				trace := filepath.Join(t.TempDir(), "t")
				args := append([]string{axol, "run", "--root", root, "--rules", rules, "--trace", trace,
					"-p", "p:enter lua_settop", "-p", "r:by_r lua_settop", "-p", "r3:by_number lua_settop",
					"-p", "p:by_return lua_settop%return", "-p", "r:len luaL_checkinteger n=$retval:s32"}, way...)
				r := run(t, "", append(args, lua, "-e", script)...)
				if r.status != 0 || r.stdout != "1275\n" {
					t.Fatalf("%+v", r)
				}
				hits := profile(t, r.stderr)
				for _, e := range []string{"by_r", "by_number", "by_return"} {
					if hits[e] != hits["enter"] || hits[e] < 50 {
						t.Errorf("%s: %d returns of %d", e, hits[e], hits["enter"])
					}
				}
				text, err := os.ReadFile(trace)
				if err != nil || hits["len"] != 50 {
					t.Errorf("%d calls: %v", hits["len"], err)
				}
				for i := range 50 {
					if want := fmt.Sprintf(" <- luaL_checkinteger) n=%d\n", i+1); !strings.Contains(string(text), want) {
						t.Errorf("%q is not in the trace", want)
					}
				}
			})
		}
	}
}

// The functions of a program that longjmp leaves do not return: uretprobes find that out by the stack pointer.
func TestReturnsLongjmp(t *testing.T) {
	root := sysroot(t)
	lua := filepath.Join(root, "usr/bin/lua5.4")
	at := dynamicSymbol(t, lua, "luaL_checklstring")
	for _, way := range ways {
		t.Run(strings.Join(way, ""), func(t *testing.T) {
			args := append([]string{axol, "run", "--root", root,
				"-p", fmt.Sprintf("r:out /usr/bin/lua5.4:%#x", at), "-p", fmt.Sprintf("p:too /usr/bin/lua5.4:%#x%%return", at)}, way...)
			r := run(t, "", append(args, lua, "-e", `for i = 1, 20 do print(pcall(string.rep)); print(("x"):rep(2)) end`)...)
			if hits := profile(t, r.stderr); r.status != 0 || strings.Count(r.stdout, "xx\n") != 20 || strings.Count(r.stdout, "got no value") != 20 || hits["out"] < 40 || hits["too"] != hits["out"] {
				t.Errorf("%+v", r)
			}
		})
	}
}

// dynamicSymbol is the file offset of a function.
func dynamicSymbol(t *testing.T, path, name string) uint64 {
	t.Helper()
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	symbols, err := f.DynamicSymbols()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range symbols {
		if s.Name == name {
			return fileOffset(t, f, s.Value)
		}
	}
	t.Fatalf("no %s in %s", name, path)
	return 0
}

func fileOffset(t *testing.T, f *elf.File, addr uint64) uint64 {
	t.Helper()
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD && addr >= p.Vaddr && addr < p.Vaddr+p.Filesz {
			return addr - p.Vaddr + p.Off
		}
	}
	t.Fatalf("%#x is not in the file", addr)
	return 0
}

// called is the file offsets of the functions that a program calls from most places.
func called(t *testing.T, path string, n int) (offsets []uint64) {
	t.Helper()
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text := f.Section(".text")
	code, err := text.Data()
	if err != nil {
		t.Fatal(err)
	}
	calls := map[uint64]int{}
	for i := 0; i+4 <= len(code); i += 4 {
		if w := binary.LittleEndian.Uint32(code[i:]); w>>26 == 0x25 {
			if to := text.Addr + uint64(i) + uint64(int64(int32(w<<6))>>6)*4; to-text.Addr < text.Size {
				calls[to]++
			}
		}
	}
	var all []uint64
	for a := range calls {
		all = append(all, a)
	}
	slices.SortFunc(all, func(a, b uint64) int { return calls[b] - calls[a] })
	for _, a := range all[:n] {
		offsets = append(offsets, fileOffset(t, f, a))
	}
	return offsets
}

// Uretprobes on the hundred functions of busybox that are called most, of which some do not return.
func TestReturnsBusybox(t *testing.T) {
	box := busybox(t)
	offsets := called(t, box, 100)
	for _, way := range ways {
		t.Run(strings.Join(way, ""), func(t *testing.T) {
			args := append([]string{axol, "run"}, way...)
			for _, at := range offsets {
				args = append(args, "-p", fmt.Sprintf("p:in_%x %s:%#x", at, box, at), "-p", fmt.Sprintf("r:out_%x %s:%#x", at, box, at))
			}
			r := run(t, "30\n4\n1\n", append(args, box, "sort", "-n")...)
			if r.status != 0 || r.stdout != "1\n4\n30\n" {
				t.Fatalf("%+v", r)
			}
			calls, hits := 0, profile(t, r.stderr)
			for _, at := range offsets {
				in, out := hits[fmt.Sprintf("in_%x", at)], hits[fmt.Sprintf("out_%x", at)]
				if calls += in; in != out {
					t.Errorf("%#x: hit %d and %d times", at, in, out)
				}
			}
			if calls < 100 {
				t.Errorf("%d calls", calls)
			}
		})
	}
}
