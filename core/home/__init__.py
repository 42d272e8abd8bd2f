"""What a person sees on the Home tab."""
