"""The desk's work: who gets a ticket, where it goes, who hears that it waits."""
