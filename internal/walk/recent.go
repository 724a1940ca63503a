package walk

// Version tells the states of one row apart.
type Version struct {
	ID string
	At int64 // the instant of the last change, or a fingerprint of the content
}

// recent remembers which versions of which rows went by. Two generations
// suffice, because a repeat comes from the window being read or from the seam
// with the one before, and numbered windows are kept below one generation where
// they can be cut. So memory does not grow with the walk.
type recent struct{ now, before map[Version]struct{} }

// generation is how many rows are remembered at least.
const generation = 65_536

func newRecent() *recent { return &recent{now: map[Version]struct{}{}} }

// add reports whether v is new.
func (r *recent) add(v Version) bool {
	if _, ok := r.now[v]; ok {
		return false
	}
	_, known := r.before[v]
	if len(r.now) >= generation {
		r.now, r.before = make(map[Version]struct{}, generation), r.now
	}
	// What repeats once, at a seam, repeats again at the end of the window that
	// begins there: remember it from now on.
	r.now[v] = struct{}{}
	return !known
}
