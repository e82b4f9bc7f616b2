// Package filter reads the filters of tracefs (events/GROUP/EVENT/filter) and asks them about entries.
//
// A filter is predicates FIELD OP VALUE joined by && and ||, of which && binds tighter, with ! and
// parentheses. Of numbers OP is == != < <= > >= or & (a bit in common), of strings == != or ~ (a glob). Every
// event has the fields common_type, common_flags, common_preempt_count and common_pid, its address, and besides
// what it records the generic fields comm (COMM) and cpu (CPU). As in the kernel, a number is cut to the size
// of its field, and of an array the first element counts.
//
// A filter is a list of predicates in the order in which they are written, each with the one that comes next
// if it holds and if it does not. In that form generated code evaluates it, unless it looks at strings or
// generic fields ([Filter.Tests]).
//
// What this room may not know: how entries are made. It has their layout from a trace.Event.
package filter
