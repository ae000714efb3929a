from alembic_proof.cli import main

if __name__ == "__main__":
    main()
