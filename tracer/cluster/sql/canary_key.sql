SELECT key, canary FROM canary_key
