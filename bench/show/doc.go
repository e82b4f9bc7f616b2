// Package show is what measurements and sweeps are shown with: tables, progress on a terminal, and files that
// are there as a whole or not at all. It may not know what it shows.
package show
