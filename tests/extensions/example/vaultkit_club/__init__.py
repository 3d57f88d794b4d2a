"""What our reading club checks and makes beyond what vaultkit does."""
