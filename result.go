package mall

// Result is the answer to one item of a batch: a waybill that was taken, or the
// id of an assignment that was given to a factory. When Err is not nil the item
// was not carried out, or nobody can tell ([ErrUnknownOutcome]); Item then tells
// which one it is, as far as that is known. A batch as a whole may succeed while
// some of its items fail.
type Result[T any] struct {
	Item T
	Err  error
}
