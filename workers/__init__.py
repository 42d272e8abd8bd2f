"""What happens without a person: delivery, sweeps and schedules."""
