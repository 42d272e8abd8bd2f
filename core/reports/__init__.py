"""Looking back: the morning's digest, the week's report, figures and exports."""
