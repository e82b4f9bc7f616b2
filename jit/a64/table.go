package a64

// NumOps is one more than the highest Op: arrays indexed by Op have this length.
const NumOps = int(endReserved)

// OpUnallocated is the Op of a word that belongs to no line.
const OpUnallocated Op = 0

// The table, a section of the manual after the other.
var sections = []struct {
	group Group
	lines []Line
}{
	{DataProcImm, dataProcImm},
	{BranchSys, branchSys},
	{LoadStore, loadStore},
	{LoadStore, loadStoreSIMD},
	{DataProcReg, dataProcReg},
	{SIMDFP, floatingPoint},
	{SIMDFP, simdThree},
	{SIMDFP, simdTwo},
	{SIMDFP, simdScalar},
	{SIMDFP, simdImm},
	{SIMDFP, simdElem},
	{SIMDFP, crypto},
	{Reserved, reserved},
}
