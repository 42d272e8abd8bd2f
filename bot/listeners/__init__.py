"""One module for each thing a person does; each holds its whole flow."""
