package mall

// Platform names an open platform. The zero value names none.
type Platform string

// The platforms of this module. Each value is also the lower-case name used in
// environment variables, sandbox paths and stored tokens, so it never changes.
const (
	Doudian  Platform = "doudian"  // 抖店
	Taobao   Platform = "taobao"   // 淘宝 and 天猫, with 奇门 (Qimen)
	Kuaishou Platform = "kuaishou" // 快手小店
	Ali1688  Platform = "ali1688"  // 1688
)
