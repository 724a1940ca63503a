package mall

import "time"

// Beijing is the zone of every clock-face time that the platforms send or
// expect. It is fixed, so it works where no zone database is installed and
// whatever zone the process runs in.
var Beijing = time.FixedZone("UTC+8", 8*60*60)

// Clock tells the time. The nil Clock is the machine's, so a struct with a
// Clock field needs no constructor. It must be safe for concurrent use.
type Clock func() time.Time

// Now returns the current instant.
func (c Clock) Now() time.Time {
	if c == nil {
		return time.Now()
	}
	return c()
}
