package cli

import (
	"cmp"
	"errors"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/platforms"
)

// Lang is the language of a program's help, progress and errors.
type Lang int

// The languages. A program speaks the one of its output.
const (
	Chinese Lang = iota
	English
)

// phrases are what package cli itself says.
var phrases = map[Lang]struct {
	failed, usage, preset, argument string
	kinds                           map[string]string        // of values, by what package flag calls them
	flags                           func(text string) string // an error of package flag
}{
	Chinese: {
		failed: "错误：", usage: "用法：%s [参数]", preset: "（默认 %s）", argument: "多余的参数；-h 列出全部参数",
		kinds: map[string]string{"string": "文本", "int": "整数", "duration": "时长", "value": "名称"},
		flags: flagError,
	},
	English: {
		failed: "error: ", usage: "usage: %s [flags]", preset: " (default %s)",
		argument: "there is an argument that belongs to no flag; -h lists the flags",
		kinds: map[string]string{
			"string": "string", "int": "int", "duration": "duration", "value": "value", "file": "file", "object": "object", "name:value": "name:value",
		},
		flags: func(text string) string { return text + "; -h lists the flags" },
	},
}

// flagError translates an error of package flag. The value that was wrong is
// not shown.
func flagError(text string) string {
	const more = "；-h 列出全部参数"
	if name, ok := strings.CutPrefix(text, "flag provided but not defined: "); ok {
		return "没有参数 " + name + more
	}
	if name, ok := strings.CutPrefix(text, "flag needs an argument: "); ok {
		return "参数 " + name + " 缺少值" + more
	}
	if _, rest, ok := strings.Cut(text, " for "); ok { // invalid value "x" for flag -page: parse error
		name, why, _ := strings.Cut(strings.TrimPrefix(rest, "flag "), ": ")
		if why == "parse error" || !strings.ContainsFunc(why, chinese) {
			why = "值不对"
		}
		return "参数 " + name + "：" + why + more
	}
	return "参数不对" + more
}

func chinese(r rune) bool { return r > 0x2e80 }

// kindTexts say what each kind of failure means.
var kindTexts = map[mall.Kind]string{
	mall.ErrAuth: "令牌失效", mall.ErrReauthorize: "授权已失效，请商家重新授权", mall.ErrPermission: "没有接口权限",
	mall.ErrSignature: "签名被拒", mall.ErrRateLimited: "被限流", mall.ErrQuota: "配额用尽", mall.ErrInvalid: "参数错误",
	mall.ErrNotFound: "不存在", mall.ErrConflict: "状态不允许", mall.ErrAlreadyDone: "早已做过", mall.ErrRejected: "平台拒绝",
	mall.ErrUnavailable: "平台暂时不可用", mall.ErrCancelled: "已取消", mall.ErrUnknownOutcome: "结果未知，请先查再做",
	mall.ErrReply: "无法解析的响应", mall.ErrNotSupported: "平台没有此功能", mall.ErrPIIBudget: "当日解密额度用尽",
}

// Say tells a failure of the library in one Chinese sentence: platform, method,
// what it means, and in brackets what the platform or the library said of it.
// Other errors are told in their own words.
func Say(err error) string {
	if usage, ok := errors.AsType[UsageError](err); ok {
		return usage.Text
	}
	e, ok := errors.AsType[*mall.Error](err)
	if !ok {
		return strings.ReplaceAll(err.Error(), "\n", "；")
	}
	who := string(e.Platform)
	if p, ok := platforms.Find(e.Platform); ok {
		who = p.Title
	}
	details := strings.Join(strings.Fields(e.Code+" "+e.SubCode+" "+cmp.Or(e.Message, e.Op)), " ")
	if e.RequestID != "" {
		details += "，请求号 " + e.RequestID
	}
	text := strings.TrimSpace(who + " " + e.Method)
	if text != "" {
		text += "："
	}
	if text += cmp.Or(kindTexts[e.Kind], "失败"); details != "" {
		text += "（" + strings.TrimPrefix(details, "，") + "）"
	}
	return text
}
