#!/bin/sh
# Fetches what comparisons and tests run, from Debian's archive into the cache folder. It needs apt
# and dpkg-deb, but no root, and leaves the system's package lists alone.
#   fetch.sh busybox   Debian 12's busybox-static for arm64
#   fetch.sh qemu      qemu-aarch64 of Debian 12 and of its backports
#   fetch.sh kernel    the newest kernels of Debian 12, 6.1 and 6.12, as its images for clouds have them
#   fetch.sh programs  a sysroot of arm64 programs and all they need, and the same programs for the host
set -eu

cache=${AXOL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/axol}
apt=$cache/apt
for tool in apt-get dpkg-deb; do
	command -v $tool >/dev/null || { echo "fetch.sh: there is no $tool: packages can be fetched on Debian and its like" >&2; exit 1; }
done
host=$(dpkg --print-architecture)
mkdir -p "$cache"
work=$(mktemp -d "$cache/work.XXXXXX") # on the file system of the cache, so that what is done can be moved
trap 'rm -rf "$work"' EXIT

apt_get() { apt_with apt-get "$@"; }

apt_cache() { apt_with apt-cache "$@"; }

apt_with() {
	tool=$1
	shift
	"$tool" -qq -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::Lists="$apt/lists" \
		-o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Architectures="$host,arm64" -o APT::Sandbox::User=root "$@"
}

lists() {
	mkdir -p "$apt/lists/partial"
	# The mirror that the system uses, if it uses one of Debian.
	mirror=$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | grep -m1 '/debian/\{0,1\}$' || echo http://deb.debian.org/debian)
	key=/usr/share/keyrings/debian-archive-keyring.gpg
	for archive in "$mirror bookworm" "$mirror bookworm-backports" "${mirror%/debian*}/debian-security bookworm-security"; do
		echo "deb [signed-by=$key] $archive main"
	done >"$apt/sources.list"
	apt_get update || { rm "$apt/sources.list"; fail "no package lists from $mirror"; }
}

need_lists() {
	grep -qs bookworm-security "$apt/sources.list" || lists
}

# kernel PACKAGE FOLDER: unpacks the newest kernel, which PACKAGE stands for.
kernel() {
	[ -d "$cache/$2" ] && return
	need_lists
	name=$(apt_cache show "$1:arm64/bookworm-security" | sed -n 's/^Depends: \(linux-image-[^ ,]*\).*/\1/p' | head -1)
	[ -n "$name" ] || fail "there is no $1"
	package "$name:arm64/bookworm-security" "$2"
}

fail() {
	echo "fetch.sh: $*" >&2
	exit 1
}

# package NAME[/SUITE] FOLDER: unpacks a package.
package() {
	[ -d "$cache/$2" ] && return
	need_lists
	(cd "$work" && apt_get download "$1") || fail "package $1 cannot be fetched"
	dpkg-deb -x "$work"/*.deb "$work/tree"
	mv "$work/tree" "$cache/$2"
	rm "$work"/*.deb
	echo "$cache/$2"
}

# tree FOLDER ARCHITECTURE PACKAGE...: unpacks packages and all they depend on into one folder. The list
# of packages lies in the folder: with another list it is made again.
tree() {
	folder=$cache/$1 arch=$2
	shift 2
	[ "$(cat "$folder/packages" 2>/dev/null)" = "$*" ] && return
	need_lists
	mkdir -p "$work/debs/partial"
	: >"$work/status" # nothing is installed: all dependencies are fetched
	apt_get -o Dir::State::status="$work/status" -o Dir::Cache::archives="$work/debs" -o Debug::NoLocking=1 \
		-o APT::Architecture="$arch" -o APT::Architectures="$arch" --no-install-recommends --download-only -y \
		-t bookworm install "$@" >&2 || fail "packages cannot be fetched: $*"
	for deb in "$work"/debs/*.deb; do
		dpkg-deb -x "$deb" "$work/tree"
	done
	for dir in bin sbin lib; do # one folder, as on an installed system
		cp -a "$work/tree/$dir/." "$work/tree/usr/$dir"
		rm -r "$work/tree/$dir"
		ln -s "usr/$dir" "$work/tree/$dir"
	done
	[ -e "$work/tree/bin/sh" ] || ln -s dash "$work/tree/bin/sh" # dash's installation makes it
	echo "$*" >"$work/tree/packages"
	rm -rf "$folder"
	mv "$work/tree" "$folder"
	rm -r "$work/debs"
	echo "$folder"
}

programs='dash coreutils gzip xz-utils bzip2 7zip lua5.4 sqlite3 python3.11 perl-base openssl'

case ${1-} in
busybox)
	package busybox-static:arm64/bookworm busybox-arm64
	;;
qemu)
	package qemu-user-static/bookworm qemu-bookworm
	package qemu-user/bookworm-backports qemu-backports
	;;
kernel)
	kernel linux-image-cloud-arm64 kernel-6.1
	kernel linux-image-6.12-cloud-arm64 kernel-6.12
	;;
programs)
	package busybox-static:arm64/bookworm busybox-arm64
	tree sysroot arm64 $programs
	tree native "$host" $programs busybox-static
	;;
*)
	echo "usage: fetch.sh busybox|qemu|kernel|programs" >&2
	exit 2
	;;
esac
