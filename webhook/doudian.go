package webhook

import (
	"errors"
	"fmt"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/signing"
)

// Doudian sends to two kinds of URL: pushes (消息推送), which tell what happened,
// and SPI calls, which ask and want an answer. Sources of the wire facts in the
// files of this platform: zsmhub/doudian-sdk:message/*.go and
// core/doudian_op_spi_client.go; fudiwei/DotNetCore.SKIT.FlurlHttpClient.ByteDance;
// minibear2021/doudian:examples.py; renhonghai/doudian-sdk:src/Constants.

// ddKeys prepares the secrets of an app.
func ddKeys(name, appKey string, secrets []mall.Secret) ([]*signing.Key, error) {
	if appKey == "" || strings.TrimSpace(appKey) != appKey {
		return nil, fmt.Errorf("webhook: %s.AppKey is empty or has spaces around it", name)
	}
	if len(secrets) == 0 {
		return nil, fmt.Errorf("webhook: %s.Secrets is empty", name)
	}
	keys := make([]*signing.Key, 0, len(secrets))
	for _, s := range secrets {
		if strings.TrimSpace(s.Reveal()) == "" {
			return nil, fmt.Errorf("webhook: %s.Secrets has an empty secret: %w", name, signing.ErrNoSecret)
		}
		key, err := signing.NewKey(s.Reveal())
		if err != nil {
			return nil, fmt.Errorf("webhook: %s.Secrets: %w", name, err)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// ddRefused turns an error of package signing into ours, with no more in it.
// What cannot be read cannot be shown to be genuine either.
func ddRefused(err error) error {
	if errors.Is(err, signing.ErrMalformed) {
		return fmt.Errorf("%w: %w", ErrSignature, malformed("what should be signed is not JSON"))
	}
	return ErrSignature
}
