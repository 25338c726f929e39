SELECT dataset, key, row FROM membership
