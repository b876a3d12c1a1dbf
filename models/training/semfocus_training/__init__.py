"""Trains the networks of semfocus on specimens that its simulator has rasterised."""
