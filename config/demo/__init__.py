"""The demo: two companies, twelve workers and about sixty assignments, built only by the real actions (D12)."""
