#!/bin/sh
# count.sh AXOL AXOL-ARM64: how many host instructions the arm64 host executes for a guest instruction. Both are counted by a
# plugin of QEMU 7.2 (qemu-aarch64 of Debian 12's qemu-user): the guest's by running the program itself, the host's by
# running Axol with the program and counting the range of addresses in which its code lies. They are exact but for what
# differs from run to run: the programs' own timing, and blocks that a signal interrupts.
set -eu

axol=$1 arm64=$2
here=$(dirname "$0")
qemu=${QEMU_PLUGIN:-qemu-aarch64}
cache=${AXOL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/axol}
command -v "$qemu" >/dev/null || { echo "count-arm64: needs $qemu with plugins (Debian 12: apt-get install qemu-user)"; exit 0; }
command -v aarch64-linux-gnu-gcc >/dev/null || { echo "count-arm64: needs aarch64-linux-gnu-gcc"; exit 0; }
"$here/../fetch.sh" busybox
"$here/../fetch.sh" programs
root=$cache/sysroot
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -O2 -Wall -shared -fPIC -o "$work/count.so" "$here/plugin.c"
aarch64-linux-gnu-gcc -nostdlib -static -o "$work/straight" "$here/straight.S"
head -c 2000000 "$axol" >"$work/data"
cat >"$work/rows.sql" <<'SQL'
create table t(a, b);
with recursive c(x) as (select 1 union all select x+1 from c where x < 20000) insert into t select x, x*x%97 from c;
create index i on t(b);
select b, count(*), sum(a) from t group by b order by 3 desc limit 5;
select count(*) from t x join t y on x.a = y.b where y.a < 4000;
SQL
cat >"$work/mix.lua" <<'LUA'
local t = {}
for i = 1, 100000 do t[i] = (i * 7919) % 10007 end
table.sort(t)
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
print(#t, fib(22), string.rep("ab", 100):gsub("b", "c"))
LUA

# Where the code of the first engine of a process lies: the mirror's bit is 37 (package jit, cache_arm64.go).
range=lo=1ffe000000,hi=2006000000

# count NAME INPUT PROGRAM...: one line of the table.
count() {
	name=$1 input=$2
	shift 2
	"$qemu" -L "$root" -plugin "$work/count.so" "$@" <"$input" >"$work/out.guest" 2>"$work/guest"
	GODEBUG=asyncpreemptoff=1 "$qemu" -plugin "$work/count.so,$range" "$arm64" run --root "$root" "$@" <"$input" >"$work/out.host" 2>"$work/host"
	cmp -s "$work/out.guest" "$work/out.host" || { echo "count-arm64: $name: the output is another" >&2; exit 1; }
	guest=$(sed -n 's/^insns all //p' "$work/guest") host=$(sed -n 's/^insns 1ffe000000-2006000000 //p' "$work/host")
	awk -v n="$name" -v g="$guest" -v h="$host" 'BEGIN { printf "| %s | %d | %d | %.3f |\n", n, g, h, h / g }' | tee -a "$work/table"
}

echo "| program | guest instructions | host instructions | ratio |"
echo "| --- | ---: | ---: | ---: |"
count "Go guest, sort" /dev/null "$("$axol" guest)" sort
count "busybox sha256sum" "$work/data" "$cache/busybox-arm64/bin/busybox" sha256sum
count lua /dev/null "$root/usr/bin/lua5.4" "$work/mix.lua"
count sqlite "$work/rows.sql" "$root/usr/bin/sqlite3" :memory:
awk -F'|' '{ p += log($5) } END { printf "| geometric mean | | | %.3f |\n", exp(p / NR) }' "$work/table"
for n in 1 2 3; do
	count "straight-line loop $n" /dev/null "$work/straight" $(seq $n)
done
