#!/bin/sh
# Fetches what comparisons and tests run, from Debian's archive into the cache folder. It needs apt
# and dpkg-deb, but no root, and leaves the system's package lists alone.
#   fetch.sh busybox   Debian 12's busybox-static for arm64
#   fetch.sh qemu      qemu-aarch64 of Debian 12 and of its backports
set -eu

cache=${AXOL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/axol}
apt=$cache/apt
host=$(dpkg --print-architecture)

# The mirror that the system uses, if it uses one of Debian.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | grep -m1 '/debian/\{0,1\}$' || echo http://deb.debian.org/debian)

apt_get() {
	apt-get -qq -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::Lists="$apt/lists" \
		-o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Architectures="$host,arm64" -o APT::Sandbox::User=root "$@"
}

lists() {
	mkdir -p "$apt/lists/partial"
	key=/usr/share/keyrings/debian-archive-keyring.gpg
	for suite in bookworm bookworm-backports; do
		echo "deb [signed-by=$key] $mirror $suite main"
	done >"$apt/sources.list"
	apt_get update
}

# package NAME[/SUITE] FOLDER: unpacks a package.
package() {
	[ -d "$cache/$2" ] && return
	[ -e "$apt/sources.list" ] || lists
	work=$(mktemp -d)
	(cd "$work" && apt_get download "$1")
	dpkg-deb -x "$work"/*.deb "$work/tree"
	mv "$work/tree" "$cache/$2"
	rm -r "$work"
	echo "$cache/$2"
}

mkdir -p "$cache"
case ${1-} in
busybox)
	package busybox-static:arm64/bookworm busybox-arm64
	;;
qemu)
	package qemu-user-static/bookworm qemu-bookworm
	package qemu-user/bookworm-backports qemu-backports
	;;
*)
	echo "usage: fetch.sh busybox|qemu" >&2
	exit 2
	;;
esac
