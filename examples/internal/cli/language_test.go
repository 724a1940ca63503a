package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/platforms"
)

// TestSay: one sentence, in Chinese as far as the words are ours.
func TestSay(t *testing.T) {
	p := platforms.All()[0]
	for want, err := range map[string]error{
		p.Title + " order.get：被限流（1016 busy 太快，请求号 r1）": &mall.Error{
			Platform: p.Name, Method: "order.get", Kind: mall.ErrRateLimited, Code: "1016", SubCode: "busy", Message: "太快", RequestID: "r1",
		},
		p.Title + "：平台没有此功能（trace）":     fmt.Errorf("wrapped: %w", &mall.Error{Platform: p.Name, Op: "trace", Kind: mall.ErrNotSupported}),
		"elsewhere：失败（7）":               &mall.Error{Platform: "elsewhere", Code: "7"},
		"参数错误":                          &mall.Error{Kind: mall.ErrInvalid},
		"用错了":                           Usagef("用错了"),
		"open state: no such directory": errors.New("open state: no such directory"),
		"a；b":                           errors.Join(errors.New("a"), errors.New("b")),
	} {
		assert.Equal(t, want, Say(err))
	}
	for _, kind := range []mall.Kind{
		mall.ErrAuth, mall.ErrReauthorize, mall.ErrPermission, mall.ErrSignature, mall.ErrRateLimited, mall.ErrQuota, mall.ErrInvalid,
		mall.ErrNotFound, mall.ErrConflict, mall.ErrAlreadyDone, mall.ErrRejected, mall.ErrUnavailable, mall.ErrCancelled,
		mall.ErrUnknownOutcome, mall.ErrReply, mall.ErrNotSupported, mall.ErrPIIBudget,
	} {
		assert.NotEmpty(t, kindTexts[kind], kind)
	}
}

// TestMistakes: each is one Chinese sentence that shows no value, and exit code 2.
func TestMistakes(t *testing.T) {
	program := func(_ context.Context, env Env) error {
		flags := env.Flags("program", "试用。")
		env.PlatformFlag(flags, true, platforms.ForShop)
		flags.Int("n", 3, "多少")
		flags.Bool("b", false, "是否")
		flags.Duration("d", 0, "多久")
		return env.Parse(flags)
	}
	for want, args := range map[string][]string{
		"没有参数 -x": {"-x"}, "参数 -n 缺少值": {"-n"}, "参数 -n：值不对": {"-n", "planted"}, "参数 -b：值不对": {"-b=planted"},
		"参数 -d：值不对": {"-d", "planted"}, "参数 -platform：可以是 ": {"-platform", "planted"}, "多余的参数": {"planted"}, "参数不对": {"-=planted"},
	} {
		var stderr bytes.Buffer
		assert.Equal(t, 2, Run(t.Context(), program, Env{Args: args, Stderr: &stderr}), want)
		assert.Contains(t, stderr.String(), "错误："+want)
		assert.NotContains(t, stderr.String(), "planted")
		assert.Equal(t, 1, strings.Count(stderr.String(), "\n"), stderr.String())
	}
	var help bytes.Buffer
	assert.Equal(t, 0, Run(t.Context(), program, Env{Args: []string{"-h"}, Stderr: &help}))
	for _, want := range []string{"试用。\n\n用法：program", "  -n 整数         多少（默认 3）\n", "  -b              是否\n", platforms.All()[0].Prefix() + "…"} {
		assert.Contains(t, help.String(), want)
	}
}
